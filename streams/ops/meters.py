"""The collectors of one process, made from the catalogue: nothing can be measured that is not in it."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest

from streams.ops.catalogue import Process, metrics_of


class Meters:
    """Every metric of a process by name, and those of its operating-system process (`process_*`)."""

    def __init__(self, process: Process) -> None:
        self.registry = CollectorRegistry()
        self._made: dict[str, Counter | Gauge | Histogram] = {}
        ProcessCollector(registry=self.registry)
        for metric in metrics_of(process):
            labels = metric.labels
            if metric.kind == "counter":
                self._made[metric.name] = Counter(metric.name, metric.help, labels, registry=self.registry)
            elif metric.kind == "gauge":
                self._made[metric.name] = Gauge(metric.name, metric.help, labels, registry=self.registry)
            else:
                self._made[metric.name] = Histogram(
                    metric.name, metric.help, labels, buckets=metric.buckets, registry=self.registry
                )

    def counter(self, name: str) -> Counter:
        """Return a counter of the catalogue; raises KeyError or TypeError for what it does not hold."""
        made = self._made[name]
        if not isinstance(made, Counter):
            raise TypeError(f"{name} is no counter")
        return made

    def gauge(self, name: str) -> Gauge:
        """Return a gauge, as above."""
        made = self._made[name]
        if not isinstance(made, Gauge):
            raise TypeError(f"{name} is no gauge")
        return made

    def histogram(self, name: str) -> Histogram:
        """Return a histogram, as above."""
        made = self._made[name]
        if not isinstance(made, Histogram):
            raise TypeError(f"{name} is no histogram")
        return made

    def page(self) -> bytes:
        """Return what Prometheus reads."""
        return generate_latest(self.registry)
