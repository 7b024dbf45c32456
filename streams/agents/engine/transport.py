"""Faust's aiokafka transport with our consumer."""

from faust.transport.drivers import aiokafka as driver

from streams.agents.engine.consumer import BatchConsumer


class BatchTransport(driver.Transport):
    """What `App._new_transport` returns."""

    Consumer = BatchConsumer
