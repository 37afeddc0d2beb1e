"""The administration of Liaison: mechanisms, roster, calendars, accounts and grants, audit.

`create_site` builds the whole site with it; `init_app` mounts it under `/admin` on an application of
`liaison.web.create_app`. Pages are views of Flask-Admin in the look of the desk; each opens to one role
(`liaison.store.grant`) on the organisations that the grant reaches.
"""

from .site import create_site, init_app

__all__ = ["create_site", "init_app"]
