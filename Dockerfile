# A plain image: slim, without root, one data folder. Build it with `docker build -t teken .`
FROM python:3.12-slim AS build
WORKDIR /srv/teken
RUN pip install --no-cache-dir uv==0.13.9
COPY requirements.txt pyproject.toml README.md LICENSE ./
RUN uv venv /srv/venv && VIRTUAL_ENV=/srv/venv uv pip sync --require-hashes requirements.txt
COPY app app
RUN VIRTUAL_ENV=/srv/venv uv pip install --no-deps --editable .

FROM python:3.12-slim
RUN useradd --system --create-home --home-dir /srv/teken/data teken
WORKDIR /srv/teken
COPY --from=build /srv/venv /srv/venv
COPY pyproject.toml README.md LICENSE ./
COPY app app
COPY migrations migrations
ENV PATH=/srv/venv/bin:$PATH PYTHONUNBUFFERED=1 TEKEN_DATA_DIR=/srv/teken/data
USER teken
VOLUME /srv/teken/data
EXPOSE 8000
# No core dumps: a process holds exact tracks in memory for a moment.
HEALTHCHECK --interval=30s --timeout=5s CMD python -c "import httpx; httpx.get('http://127.0.0.1:8000/readyz').raise_for_status()"
ENTRYPOINT ["sh", "-c", "ulimit -c 0 && exec teken \"$@\"", "teken"]
CMD ["serve", "--host", "0.0.0.0"]
