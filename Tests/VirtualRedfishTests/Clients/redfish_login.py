"""DMTF's redfish library, logged in."""
import redfish


def login(url, certificate, user, password):
    client = redfish.redfish_client(
        base_url=url, username=user, password=password, default_prefix="/redfish/v1/", cafile=certificate
    )
    client.login(auth="session")
    return client
