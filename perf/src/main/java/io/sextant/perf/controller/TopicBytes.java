package io.sextant.perf.controller;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.lang.management.ManagementFactory;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/**
 * Bytes written to topics, compressed as they are on the wire and on disk.
 *
 * @param in          to topic uncertainty, by bidders
 * @param changelog   to the changelogs of the controller's state
 * @param repartition to topics between the parts of the controller
 * @param out         to all other topics of the installation, by the controller
 */
record TopicBytes(@JsonProperty("in") double in, @JsonProperty("changelog") double changelog,
        @JsonProperty("repartition") double repartition, @JsonProperty("out") double out) {

    /** Written so far to the topics with the prefix, as the broker in this JVM counts them. */
    static TopicBytes written(String topicPrefix) {
        MBeanServer beans = ManagementFactory.getPlatformMBeanServer();
        double in = 0;
        double changelog = 0;
        double repartition = 0;
        double out = 0;
        try {
            for (ObjectName name : beans
                    .queryNames(new ObjectName("kafka.server:type=BrokerTopicMetrics,name=BytesInPerSec,topic=*"),
                            null)) {
                String topic = name.getKeyProperty("topic");
                if (!topic.startsWith(topicPrefix)) {
                    continue;
                }
                double bytes = ((Number) beans.getAttribute(name, "Count")).doubleValue();
                if (topic.endsWith("-changelog")) {
                    changelog += bytes;
                } else if (topic.endsWith("-repartition")) {
                    repartition += bytes;
                } else if (topic.equals(topicPrefix + "uncertainty")) {
                    in += bytes;
                } else {
                    out += bytes;
                }
            }
        } catch (JMException e) {
            throw new IllegalStateException("the broker does not tell its bytes", e);
        }
        return new TopicBytes(in, changelog, repartition, out);
    }

    /** A second, of what was written since {@code earlier}. */
    TopicBytes since(TopicBytes earlier, double seconds) {
        return new TopicBytes((in - earlier.in) / seconds, (changelog - earlier.changelog) / seconds,
                (repartition - earlier.repartition) / seconds, (out - earlier.out) / seconds);
    }

    /** All of it. */
    @JsonProperty("all")
    double all() {
        return in + changelog + repartition + out;
    }
}
