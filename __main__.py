"""One stack: reads its configuration and brings up the hub, a spoke or an account."""

from components import account, config, hub, spoke

match config.load():
    case config.HubConfig() as loaded:
        hub.deploy(loaded)
    case config.SpokeConfig() as loaded:
        spoke.deploy(loaded)
    case config.AccountStackConfig() as loaded:
        account.deploy(loaded)
