//! Connections that wait for the next request.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use aws_sdk_s3::primitives::SdkBody;
use hyper::client::conn::http1::SendRequest;

use super::origin::Origin;

/// One connection, as a request needs it; what drives it is a task of its own.
pub(super) type Connection = SendRequest<SdkBody>;

/// Connections that wait at once. A function has a handful; the stand, under load, as many as it has requests.
pub(super) const IDLE: usize = 256;
/// Whoever is between may have forgotten a connection that waits longer, and not say so.
const IDLE_FOR: Duration = Duration::from_secs(90);

/// Connections that wait for the next request, the one that was used last at the end.
#[derive(Debug, Default)]
pub(super) struct Pool {
    idle: Mutex<Vec<Idle>>,
}

#[derive(Debug)]
struct Idle {
    origin: Origin,
    connection: Connection,
    since: Instant,
}

impl Pool {
    /// The connection that was used last, if one is still open.
    pub(super) fn take(&self, origin: &Origin) -> Option<Connection> {
        let now = Instant::now();
        let mut idle = self.idle();
        idle.retain(|idle| idle.connection.is_ready() && now - idle.since < IDLE_FOR);
        let last = idle.iter().rposition(|idle| idle.origin == *origin)?;
        Some(idle.remove(last).connection)
    }

    fn put(&self, origin: Origin, connection: Connection) {
        let mut idle = self.idle();
        if idle.len() == IDLE {
            idle.remove(0);
        }
        idle.push(Idle {
            origin,
            connection,
            since: Instant::now(),
        });
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Idle>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection whose answer is still being read. Dropped, it is closed.
#[derive(Debug)]
pub(super) struct Lease {
    pool: Arc<Pool>,
    origin: Origin,
    connection: Connection,
}

impl Lease {
    pub(super) fn new(pool: &Arc<Pool>, origin: Origin, connection: Connection) -> Self {
        Self {
            pool: Arc::clone(pool),
            origin,
            connection,
        }
    }

    /// Lets the next request have the connection.
    pub(super) fn give_back(mut self) {
        if self.connection.is_ready() {
            self.pool.put(self.origin, self.connection);
        } else if !self.connection.is_closed() {
            // Its task, on another thread, has not quite finished with the answer; or the request is still being sent.
            tokio::spawn(async move {
                if self.connection.ready().await.is_ok() {
                    self.pool.put(self.origin, self.connection);
                }
            });
        }
    }
}
