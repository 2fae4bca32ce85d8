-- Which blob is the thumbnail of which: made on first demand, the same for every run that has the picture.
-- Breaking for processes of an older build: no.

create table thumbnails (
  sha256           text primary key,
  thumbnail_sha256 text not null,
  bytes            integer not null
);
