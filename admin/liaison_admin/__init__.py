"""The administration of Liaison: designers, template library, roster, calendars, people, audit."""
