//! Mails to those who run the shop.

use serde::Serialize;

use crate::notifications::letter::Letter;

/// Join the staff.
#[derive(Debug, Serialize)]
pub(in crate::notifications) struct StaffInvitation {
    pub(in crate::notifications) name: String,
    pub(in crate::notifications) role: String,
    pub(in crate::notifications) url: String,
}

/// Choose a new password for the admin panel.
#[derive(Debug, Serialize)]
pub(in crate::notifications) struct ResetStaffPassword {
    pub(in crate::notifications) name: String,
    pub(in crate::notifications) url: String,
}

/// Your password for the admin panel was changed.
#[derive(Debug, Serialize)]
pub(in crate::notifications) struct StaffPasswordChanged {
    pub(in crate::notifications) name: String,
    pub(in crate::notifications) at: String,
}

/// The mail server works.
#[derive(Debug, Serialize)]
pub(in crate::notifications) struct TestMail {
    pub(in crate::notifications) at: String,
}

impl Letter for StaffInvitation {
    const NAME: &'static str = "staff_invitation";

    #[cfg(test)]
    fn samples() -> Vec<(&'static str, Self)> {
        let url = super::account::samples::link("admin/invitation");
        let (name, role) = ("Jo Marchetti".to_owned(), "Fulfilment".to_owned());
        vec![("plain", Self { name, role, url })]
    }
}

impl Letter for ResetStaffPassword {
    const NAME: &'static str = "reset_staff_password";

    #[cfg(test)]
    fn samples() -> Vec<(&'static str, Self)> {
        let url = super::account::samples::link("admin/reset");
        let name = "Jo Marchetti".to_owned();
        vec![("plain", Self { name, url })]
    }
}

impl Letter for StaffPasswordChanged {
    const NAME: &'static str = "staff_password_changed";

    #[cfg(test)]
    fn samples() -> Vec<(&'static str, Self)> {
        let (name, at) = ("Jo Marchetti".to_owned(), super::account::samples::moment());
        vec![("plain", Self { name, at })]
    }
}

impl Letter for TestMail {
    const NAME: &'static str = "test";

    #[cfg(test)]
    fn samples() -> Vec<(&'static str, Self)> {
        let at = super::account::samples::moment();
        vec![("plain", Self { at })]
    }
}
