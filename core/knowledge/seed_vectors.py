"""Ready vectors for the slow model (sample base, matters of departments): a new database answers at once.

The file holds 16-bit numbers under the digests of the texts; ``python -m bench.knowledge --save-vectors`` makes it anew after a
change of the seeds. A text that is not in it is embedded like any other.
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from core.knowledge.embedding import Vectors

FILE = Path(__file__).parents[2] / "db" / "seeds" / "knowledge" / "vectors.npz"


def read_vectors(file: Path = FILE) -> tuple[str, Mapping[str, Vectors]]:
    """The model's name, and vectors of unit length by digest."""
    with np.load(file, allow_pickle=False) as stored:
        vectors = stored["vectors"].astype(np.float32)
        digests = [bytes(row).hex() for row in stored["digests"]]
        model = str(stored["model"])
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return model, dict(zip(digests, vectors, strict=True))


def write_vectors(model: str, vectors: Mapping[str, Vectors], file: Path = FILE) -> None:
    """Replace the file; the order is fixed, so that equal vectors make an equal file."""
    digests = sorted(vectors)
    np.savez_compressed(
        file,
        model=np.array(model),
        digests=np.array([list(bytes.fromhex(digest)) for digest in digests], dtype=np.uint8),
        vectors=np.stack([vectors[digest] for digest in digests]).astype(np.float16),
    )
