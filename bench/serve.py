"""Our own service without demo data, for a bench."""

import sys

import uvicorn

from app.main import create_app
from app.settings import Settings

if __name__ == "__main__":
    uvicorn.run(create_app(Settings(), with_worker=False), port=int(sys.argv[1]), access_log=False, log_level="error")
