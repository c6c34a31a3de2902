"""The Slack adapter on a double of Slack: each figure beside a bare Bolt app, or beside what Slack's rates allow."""
