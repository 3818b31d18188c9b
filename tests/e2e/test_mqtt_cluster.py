"""Devices on a real cluster: three NATS nodes, one of which is killed under load and comes back."""

from bench.bench_cluster import measure


def test_quality_1_loses_nothing_when_a_node_of_a_cluster_is_killed():
    # A third of the devices is on that node, and moves on to the next one of their list of brokers.
    figures = measure(devices=6, seconds=12)
    assert figures["sent"] == 6 * 12
    # What a cluster sends again after a kill may come after what is newer: that is NATS's.
    assert figures["lost"] == 0, figures
