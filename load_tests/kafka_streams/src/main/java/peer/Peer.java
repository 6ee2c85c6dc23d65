package peer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;

/** The peers' job in Kafka Streams: in-memory store with a changelog topic, one thread. Arguments: brokers, state folder, warm-up, events. */
public final class Peer {
    private static final ObjectMapper JSON = new ObjectMapper();

    private Peer() {}

    public static void main(String[] given) throws InterruptedException {
        CountDownLatch done = new CountDownLatch(1);
        Tally tally = new Tally(Long.parseLong(given[2]), Long.parseLong(given[3]));
        Job job = new Job();
        Topology topology = new Topology();
        topology.addSource("in", "peers.events");
        topology.addProcessor("decide", () -> new Decide(job, tally, done), "in");
        topology.addStateStore(
                Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore("profiles"), Serdes.ByteArray(), Serdes.ByteArray())
                        .withLoggingEnabled(Map.of()),
                "decide");
        topology.addSink("out", "peers.decisions", "decide");
        KafkaStreams streams = new KafkaStreams(topology, settings(given[0], given[1]));
        streams.start();
        done.await();
        streams.close(java.time.Duration.ofSeconds(10));
    }

    private static Properties settings(String brokers, String folder) {
        Properties p = new Properties();
        p.put(StreamsConfig.APPLICATION_ID_CONFIG, "peers-streams");
        p.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, brokers);
        p.put(StreamsConfig.STATE_DIR_CONFIG, folder);
        p.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 1);
        p.put(StreamsConfig.DEFAULT_KEY_SERDE_CLASS_CONFIG, Serdes.ByteArraySerde.class);
        p.put(StreamsConfig.DEFAULT_VALUE_SERDE_CLASS_CONFIG, Serdes.ByteArraySerde.class);
        p.put(StreamsConfig.producerPrefix(ProducerConfig.ACKS_CONFIG), "all");
        p.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
        return p;
    }

    private static final class Decide implements Processor<byte[], byte[], byte[], byte[]> {
        private final Job job;
        private final Tally tally;
        private final CountDownLatch done;
        private ProcessorContext<byte[], byte[]> context;
        private KeyValueStore<byte[], byte[]> profiles;

        Decide(Job job, Tally tally, CountDownLatch done) {
            this.job = job;
            this.tally = tally;
            this.done = done;
        }

        @Override
        public void init(ProcessorContext<byte[], byte[]> given) {
            context = given;
            profiles = given.getStateStore("profiles");
        }

        @Override
        public void process(Record<byte[], byte[]> record) {
            try {
                JsonNode event = JSON.readTree(record.value());
                double[] profile = unpacked(profiles.get(record.key()));
                Job.fold(profile, event.get("kind").intValue(), event.get("amount").doubleValue());
                profiles.put(record.key(), packed(profile));
                double[] decided = job.decide(profile);
                ObjectNode out = JSON.createObjectNode();
                out.put("decision", "d-" + event.get("id").textValue());
                out.put("customer", event.get("customer").textValue());
                out.put("action", (decided[0] < 10 ? "a-0" : "a-") + (int) decided[0]);
                out.put("p", Math.round(decided[1] * 1e6) / 1e6);
                out.put("at", event.get("at").longValue());
                context.forward(record.withValue(JSON.writeValueAsBytes(out)));
            } catch (IOException broken) {
                throw new IllegalStateException(broken);
            }
            if (tally.count()) {
                done.countDown();
            }
        }

        private static double[] unpacked(byte[] stored) {
            double[] profile = new double[Job.NUMBERS];
            if (stored != null) {
                ByteBuffer.wrap(stored).asDoubleBuffer().get(profile);
            }
            return profile;
        }

        private static byte[] packed(double[] profile) {
            ByteBuffer bytes = ByteBuffer.allocate(8 * Job.NUMBERS);
            bytes.asDoubleBuffer().put(profile);
            return bytes.array();
        }
    }
}
