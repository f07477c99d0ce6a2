"""``python -m bench [NAME ...] [--quick]``: compare, as ratios, what the product promises. Exit code 1 when a goal is missed."""

import importlib
import sys

NAMES = ("turn", "nlu", "knowledge", "inbox", "casework", "report", "mail", "mailbox", "voice", "voice_chaos", "chaos", "api_fuzz")


def main(argv: list[str]) -> int:
    """Run the named benchmarks, all without a name."""
    flags = [word for word in argv if word.startswith("-")]
    names = [word for word in argv if not word.startswith("-")] or list(NAMES)
    unknown = set(names) - set(NAMES)
    if unknown:
        print(f"unknown: {', '.join(sorted(unknown))}; known: {', '.join(NAMES)}")
        return 2
    codes: list[int] = [importlib.import_module(f"bench.{name}").main(list(flags)) for name in names]
    return max(codes)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
