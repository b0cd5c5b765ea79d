//! How a stand is set up.

use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;

use store::Bucket;

use crate::key::IssuerKey;

/// How a stand is set up. The default is what a test wants: any free port, and nothing kept.
#[derive(Clone, Debug)]
pub struct Options {
    /// The address to listen on, a loopback address.
    pub host: IpAddr,
    /// The port; 0 for any that is free.
    pub port: u16,
    /// The port of the bucket; 0 for any that is free.
    pub bucket_port: u16,
    /// What is kept between runs.
    pub data: Data,
    /// Another DynamoDB engine on this machine, instead of the stand's own.
    pub dynamodb_endpoint: Option<String>,
    /// Another bucket, instead of the stand's own.
    pub bucket: Option<Bucket>,
    /// The issuer's key pair; else the folder's, or a new one.
    pub key: Option<IssuerKey>,
    /// Whether the template's schedules run by themselves; else nothing happens until somebody says "now".
    pub runs_schedules: bool,
}

/// What a stand keeps between runs.
#[derive(Clone, Debug)]
pub enum Data {
    /// Everything, in this folder.
    Folder(PathBuf),
    /// Everything from now on, in this folder: what a local server has kept there before is deleted.
    Reset(PathBuf),
    /// Nothing.
    Ephemeral,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            host: Ipv4Addr::LOCALHOST.into(),
            port: 0,
            bucket_port: 0,
            data: Data::Ephemeral,
            dynamodb_endpoint: None,
            bucket: None,
            key: None,
            runs_schedules: false,
        }
    }
}
