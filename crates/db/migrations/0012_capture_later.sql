-- Money that is authorised first and taken later, and money that buyers' banks dispute.
--
-- `capture` says when an attempt's money is taken (at_once, on_shipping, by_hand), as the settings were when it was made;
-- `authorised_until` until when the gateway holds it, `capture_minor` how much of it the shop has asked for.
-- Of what is disputed, `lost_minor` is what the banks have decided to keep.

ALTER TABLE payment_attempts ADD COLUMN capture text NOT NULL DEFAULT 'at_once';
ALTER TABLE payment_attempts ADD COLUMN authorised_until bigint;
ALTER TABLE payment_attempts ADD COLUMN capture_minor bigint;
ALTER TABLE payment_attempts ADD COLUMN lost_minor bigint NOT NULL DEFAULT 0;
CREATE INDEX payment_attempts_authorised ON payment_attempts (authorised_until) WHERE state = 'authorised';
