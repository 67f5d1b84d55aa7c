"""What the scripts in this folder share."""
import gzip
import io
import os
import re
import tarfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
OUTPUT = os.path.join(ROOT, "build", "package")


def contents(*path):
    """Of a file in the project."""
    with open(os.path.join(ROOT, *path), "rb") as file:
        return file.read()


def version():
    return re.search(rb"project\(wald VERSION (\S+)", contents("CMakeLists.txt")).group(1).decode()


def add_binaries_option(parser):
    parser.add_argument("--wald", action="append", metavar="GOOS/GOARCH=FILE")


def binaries(options):
    """Files by platform, as linux/amd64."""
    return dict(word.split("=", 1) for word in
                options.wald or ["linux/amd64=" + os.path.join(ROOT, "build", "wald")])


def write_tar_gz(name, files, time):
    """files: name -> (contents, whether it is a program). The same archive for the same contents."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for path, (data, is_program) in files.items():
            entry = tarfile.TarInfo(path)
            entry.size, entry.mode, entry.mtime = len(data), 0o755 if is_program else 0o644, time
            archive.addfile(entry, io.BytesIO(data))
    os.makedirs(os.path.dirname(os.path.abspath(name)), exist_ok=True)
    with open(name + ".part", "wb") as file, gzip.GzipFile(filename="", fileobj=file, mode="wb", mtime=0) as out:
        out.write(packed.getvalue())
    os.rename(name + ".part", name)
    print(name)
