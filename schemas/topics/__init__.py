"""Topics as data: one YAML file each, read by a strict model; `load_topics` gives them all."""

from schemas.topics.model import Topic, TopicSettings, TopicSpec, TopicValue, load_topic, load_topics

__all__ = ["Topic", "TopicSettings", "TopicSpec", "TopicValue", "load_topic", "load_topics"]
