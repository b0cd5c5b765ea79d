//! What the tenant sets in the course of a story.

use domain::{Holiday, Policy, PolicyId, ServiceLevels, Versioned};

use super::promise::{calendar, office};
use super::story::Story;

impl Story {
    /// The next version of the office's hours.
    pub fn office(mut self, days: &str, holidays: &[Holiday]) -> Self {
        let value = calendar(&self.zone, days, holidays).into();
        let version = self.calendars.get(&office()).map_or(0, |was| was.version) + 1;
        self.calendars
            .insert(office(), Versioned { version, value });
        self.levels()
    }

    /// The next version of a policy.
    pub fn policy(mut self, id: &str, policy: Policy) -> Self {
        let id = PolicyId::parse(id).expect(id);
        let version = self.policies.get(&id).map_or(0, |was| was.version) + 1;
        let value = policy.into();
        self.policies.insert(id, Versioned { version, value });
        self.levels()
    }

    fn levels(mut self) -> Self {
        self.configuration.levels =
            ServiceLevels::new(self.policies.clone(), self.calendars.clone());
        self
    }
}
