"""Encoding a folder of pictures on a Dask cluster: manifest, files, work on the workers, cluster."""
