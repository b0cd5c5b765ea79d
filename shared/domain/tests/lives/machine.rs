//! The status machine, read off the contract's own table.

use domain::Status;

/// The status machine, as the contract prints it.
const MACHINE: &str = "
| from \\ to | open | in_progress | pending | resolved | closed |
| open | – | ✓ | ✓ | ✓ | ✓ |
| in_progress | ✓ | – | ✓ | ✓ | ✓ |
| pending | ✓ | ✓ | – | ✓ | ✓ |
| resolved | ✓ reopen | ✓ reopen | – | – | ✓ |
| closed | – | – | – | – | – |
";

/// Whether the machine has this move.
pub fn has_move(from: Status, to: Status) -> bool {
    cell(from, to).starts_with('✓')
}

/// Whether this move takes a resolved ticket up again.
pub fn reopens(from: Status, to: Status) -> bool {
    cell(from, to).ends_with("reopen")
}

fn cell(from: Status, to: Status) -> &'static str {
    let mut rows = MACHINE
        .trim()
        .lines()
        .map(|row| row.trim_matches('|').split('|').map(str::trim));
    let column = rows
        .next()
        .and_then(|mut heads| heads.position(|head| head == to.name()));
    let mut row = rows
        .find(|row| row.clone().next() == Some(from.name()))
        .expect("a row of the table");
    row.nth(column.expect("a column of the table"))
        .expect("a cell of the table")
}
