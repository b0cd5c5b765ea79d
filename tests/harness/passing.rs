//! Time passes, and what is due happens.

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::Play;

impl Play {
    /// Moves the time forward; what is due on the way happens.
    pub async fn wait(&self, period: &str) {
        let turn = json!({ "advance": period });
        let turned = self.bearer(None).put("/dev/clock", &turn).await;
        assert_eq!(turned.status.as_u16(), 200, "{:#}", turned.body);
    }

    /// Moves the time forward, to this; what is due on the way happens.
    pub async fn wait_until(&self, now: &str) {
        let turned = self.bearer(None).put("/dev/clock", &json!({ "now": now }));
        turned.await.expect(200);
    }

    /// Moves the time forward, and nothing happens.
    pub async fn sleep(&self, period: &str) {
        let turn = json!({ "advance": period, "sweep": false });
        let turned = self.bearer(None).put("/dev/clock", &turn);
        turned.await.expect(200);
    }

    /// Does what is due now; gives the report.
    pub async fn check(&self) -> Value {
        let checked = self.bearer(None).post("/dev/sweep", &json!({})).await;
        checked.expect(200).body
    }

    /// Does what is due now, so many times at once, and then until nothing is left: on a busy machine the engine may be too
    /// slow for some, and what they could not do is the next one's. Gives all reports.
    pub async fn checks_at_once(&self, count: usize) -> Vec<Value> {
        let mut reports = join_all((0..count).map(|_| self.check())).await;
        for _ in 0..count {
            let report = self.check().await;
            if report["due"] == 0 {
                return reports;
            }
            reports.push(report);
        }
        panic!("something stays due: {reports:?}");
    }
}
