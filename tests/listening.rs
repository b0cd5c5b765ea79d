//! What of the program can be reached from elsewhere on the machine.

use std::collections::BTreeSet;
use std::fs;

use crate::restarts::Program;

/// The ports on which a process listens, as Linux knows them.
#[cfg(target_os = "linux")]
fn listening(process: u32) -> BTreeSet<u16> {
    let sockets: BTreeSet<String> = fs::read_dir(format!("/proc/{process}/fd"))
        .expect("its files")
        .filter_map(|file| fs::read_link(file.ok()?.path()).ok())
        .filter_map(|link| {
            let inode = link.to_str()?.strip_prefix("socket:[")?.strip_suffix(']')?;
            Some(inode.to_owned())
        })
        .collect();
    let mut ports = BTreeSet::new();
    for table in ["tcp", "tcp6"] {
        let table = fs::read_to_string(format!("/proc/{process}/net/{table}")).unwrap_or_default();
        for line in table.lines().skip(1) {
            let columns: Vec<&str> = line.split_whitespace().collect();
            let [_, local, _, state, .., _] = columns.as_slice() else {
                continue;
            };
            if *state == "0A" && sockets.contains(columns[9]) {
                let (_, port) = local.rsplit_once(':').expect("a port");
                ports.insert(u16::from_str_radix(port, 16).expect("a number"));
            }
        }
    }
    ports
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn the_program_listens_for_its_api_and_its_bucket_and_for_nothing_else() {
    let data = tempfile::tempdir().expect("a folder");
    let mut program = Program::start(data.path());
    let ports = listening(program.child.id());
    let api = program.url.rsplit_once(':').expect("a port").1;
    assert!(ports.contains(&api.parse().expect("a number")), "{ports:?}");
    assert_eq!(ports.len(), 2, "the API and the bucket: {ports:?}");
    program.child.kill().expect("killed");
}
