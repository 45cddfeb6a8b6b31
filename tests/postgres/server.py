"""A PostgreSQL server of its own for a test: in a temporary folder, reached by a socket in it alone.

    with Server() as server: ... server.url ...
    python3 tests/postgres/server.py COMMAND [ARGUMENTS]   runs COMMAND with ML_CONNECTOR_TEST_POSTGRES in its environment
"""

import glob
import os
import pwd
import shutil
import subprocess
import sys
import tempfile


def programs():
    """Debian keeps them out of PATH."""
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"), key=lambda path: int(path.split("/")[4]))
    if found:
        return os.path.dirname(found[-1])
    on_path = shutil.which("initdb")
    if on_path is None:
        raise RuntimeError("PostgreSQL's server is not installed: ./dev dependencies")
    return os.path.dirname(on_path)


class Server:
    """`durable=False` spares the disk: such a server may lose everything in a crash of the machine, not in one of its own."""

    def __init__(self, durable=False):
        self.folder = tempfile.mkdtemp(prefix="postgres-")
        self.durable = durable
        self.programs = programs()
        # The server refuses to run as root.
        self.user = "postgres" if os.geteuid() == 0 else None
        if self.user:
            owner = pwd.getpwnam(self.user)
            os.chown(self.folder, owner.pw_uid, owner.pw_gid)
        os.chmod(self.folder, 0o755)
        self.data = os.path.join(self.folder, "data")
        self.run("initdb", "-D", self.data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N")
        with open(os.path.join(self.data, "postgresql.auto.conf"), "a", encoding="utf-8") as settings:
            settings.write(f"listen_addresses=''\nunix_socket_directories='{self.folder}'\nmax_connections=60\n")
            if not durable:
                settings.write("fsync=off\nfull_page_writes=off\n")
        self.start()
        # Like an installation's: no superuser.
        self.sql("CREATE ROLE connector LOGIN CREATEDB")
        self.sql("GRANT CREATE ON DATABASE postgres TO connector")

    def run(self, program, *arguments, check=True):
        return self.run_as_owner(os.path.join(self.programs, program), *arguments, check=check)

    def run_as_owner(self, *command, check=True):
        if self.user:
            command = ["runuser", "-u", self.user, "--", *command]
        done = subprocess.run(command, cwd="/", stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, check=False)
        if check and done.returncode != 0:
            raise RuntimeError(f"{' '.join(command)}: {done.stdout}")
        return done.stdout

    def start(self):
        # pg_ctl leaves its child the output: not a pipe, or reading it would never end.
        command = [os.path.join(self.programs, "pg_ctl"), "-D", self.data, "-w", "-t", "60", "-l",
                   os.path.join(self.folder, "log"), "start"]
        if self.user:
            command = ["runuser", "-u", self.user, "--", *command]
        subprocess.run(command, cwd="/", stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL, check=True)

    def stop(self, mode="fast"):
        """`immediate`: as in a crash."""
        self.run("pg_ctl", "-D", self.data, "-w", "-t", "60", "-m", mode, "stop")

    @property
    def url(self):
        return self.database("postgres")

    def database(self, name):
        return f"postgresql://connector@/{name}?host={self.folder}"

    def create(self, name):
        """A database of this name; returns its URL."""
        self.sql(f'CREATE DATABASE "{name}" OWNER connector')
        return self.database(name)

    def sql(self, statement, database="postgres"):
        """As the superuser."""
        return self.run("psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", self.folder, "-U", "postgres", "-d",
                        database, "-c", statement)

    def close(self):
        self.run("pg_ctl", "-D", self.data, "-w", "-m", "immediate", "stop", check=False)
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def main():
    with Server() as server:
        environment = {**os.environ, "ML_CONNECTOR_TEST_POSTGRES": server.url}
        return subprocess.run(sys.argv[1:], env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
