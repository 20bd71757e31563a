"""Write what today's parser reads in a case into its ``expected.json``, for a person to look through.

python tests/boards/approve.py bfcl/2025-12
"""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from support.cases import cases, read
from topspot.trial import KINDS

if __name__ == "__main__":
    for case in cases():
        if case.id in sys.argv[1:] or case.source in sys.argv[1:]:
            found = {kind: value for kind, value in read(case.file, case.payload).items() if value}
            said = {key: value for key, value in case.expected.items() if key not in KINDS}
            text = json.dumps(said | found, ensure_ascii=False, indent=1)
            (case.folder / "expected.json").write_text(text + "\n", encoding="utf-8")
            print(f"{case.id}: {', '.join(f'{len(value)} {kind}' for kind, value in found.items())}")
