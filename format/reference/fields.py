"""What both formats are made of: errors that name a rule, fields, varints, CRC-32C."""
from __future__ import annotations


class FormatError(Exception):
    """A file that breaks a rule of SPEC.md (VC-nn) or MODEL.md (VM-nn)."""

    def __init__(self, rule: str, reason: str) -> None:
        super().__init__(f"{rule}: {reason}")
        self.rule = rule


class Fields:
    """Takes fields from the front of some bytes; `rule` is the one broken where they end too
    early."""

    def __init__(self, data: bytes, rule: str) -> None:
        self.data, self.at, self.rule = data, 0, rule

    def left(self) -> int:
        """Bytes not taken yet."""
        return len(self.data) - self.at

    def take(self, count: int) -> bytes:
        """`count` bytes."""
        if count > self.left():
            raise FormatError(
                self.rule, f"{count} bytes wanted at byte {self.at}, {self.left()} left"
            )
        self.at += count
        return self.data[self.at - count : self.at]

    def unsigned(self, count: int) -> int:
        """An integer of `count` bytes."""
        return int.from_bytes(self.take(count), "little")

    def signed(self, count: int) -> int:
        """A two's complement integer of `count` bytes."""
        return int.from_bytes(self.take(count), "little", signed=True)

    def text(self, length_bytes: int) -> str:
        """UTF-8 text behind a length of `length_bytes` bytes."""
        try:
            return self.take(self.unsigned(length_bytes)).decode("utf-8")
        except UnicodeDecodeError:
            raise FormatError(self.rule, f"text before byte {self.at} is not UTF-8") from None

    def varint(self) -> int:
        """LEB128, at most 5 bytes and no longer than needed (VC-01)."""
        value = 0
        for i in range(5):
            byte = self.unsigned(1)
            value |= (byte & 127) << (7 * i)
            if byte < 128:
                if byte == 0 and i > 0:
                    raise FormatError("VC-01", "a varint is longer than needed")
                return value
        raise FormatError("VC-01", "a varint has more than 5 bytes")


def varint_bytes(value: int) -> bytes:
    """The inverse of `Fields.varint`."""
    out = bytearray()
    while value >= 128:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes([*out, value])


def _byte_steps() -> list[int]:
    steps = list(range(256))
    for _ in range(8):
        steps = [step >> 1 ^ (0x82F63B78 if step & 1 else 0) for step in steps]
    return steps


_STEPS = _byte_steps()


def crc32c(data: bytes) -> int:
    """CRC-32C of SPEC.md section 1 (0x82F63B78 is 0x1EDC6F41 reflected)."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc = _STEPS[(crc ^ byte) & 255] ^ crc >> 8
    return crc ^ 0xFFFFFFFF
