# Two stages: what is needed to install stays in the first. Nothing in the image is writable but /project/var.
FROM python:3.11.14-slim-bookworm AS packages

ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /venv
# The pins alone, each file checked by its hash: they change less often than the code.
COPY requirements.lock /tmp/
RUN /venv/bin/pip install --require-hashes --no-deps -r /tmp/requirements.lock \
    && find /venv -name __pycache__ -prune -exec rm -rf {} +

FROM python:3.11.14-slim-bookworm

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PATH=/venv/bin:$PATH
# The user is named by its number, so that Kubernetes can see that it is not root.
RUN useradd --create-home --uid 10001 app && install -d -o 10001 -g 0 -m 2770 /project/var /certificates
COPY --from=packages /venv /venv
WORKDIR /project
COPY . .
# The project itself is installed as the folder it lies in; its own packages are all there already.
RUN pip install --no-cache-dir --disable-pip-version-check --no-deps --no-build-isolation -e . && python -m compileall -q app crawler data index

USER 10001
EXPOSE 8501
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8501/healthz', timeout=4)"]
CMD ["python", "-m", "streamlit", "run", "app/server.py", "--server.address=0.0.0.0", "--server.port=8501"]
