"""Sections of a WebAssembly module, as far as the benches look into one."""


def read_number(data, position):
    """An unsigned LEB128 number and the position after it."""
    value = shift = 0
    while True:
        byte = data[position]
        value |= (byte & 0x7F) << shift
        shift, position = shift + 7, position + 1
        if byte < 0x80:
            return value, position


def read_section(path, wanted):
    """The contents of the first section of a kind; None if there is none."""
    with open(path, "rb") as file:
        data = file.read()
    position = 8
    while position < len(data):
        section = data[position]
        size, position = read_number(data, position + 1)
        if section == wanted:
            return data[position:position + size]
        position += size
    return None
