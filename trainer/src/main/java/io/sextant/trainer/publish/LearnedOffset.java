package io.sextant.trainer.publish;

import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * How far an arm has learned, as Kafka keeps it.
 *
 * @param group      the arm's consumer group
 * @param partition  partition of the topic examples that the arm is trained on
 * @param nextOffset offset of the first example that was not trained on
 */
public record LearnedOffset(ConsumerGroupMetadata group, TopicPartition partition, long nextOffset) {}
