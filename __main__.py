"""One stack of the fleet: reads its configuration and brings up the hub or a spoke."""

from components import config, hub, spoke

match config.load():
    case config.HubConfig() as loaded:
        hub.deploy(loaded)
    case config.SpokeConfig() as loaded:
        spoke.deploy(loaded)
