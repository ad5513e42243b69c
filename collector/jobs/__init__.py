"""What the collector does by itself, one file a job: ``EVERY_S``, ``REASON`` and ``run(here)``. ``schedule.py`` finds them by listing
the folder."""
