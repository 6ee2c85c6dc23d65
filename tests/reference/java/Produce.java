import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Scanner;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Arguments: bootstrap address, topic. Keys in hexadecimal, one a line, in; the partition that a producer with no setting chose, out. */
public class Produce {
    public static void main(String[] args) throws Exception {
        Properties settings = new Properties();
        settings.put("bootstrap.servers", args[0]);
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        StringBuilder out = new StringBuilder();
        try (var producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            Scanner lines = new Scanner(System.in);
            while (lines.hasNextLine()) {
                byte[] key = java.util.HexFormat.of().parseHex(lines.nextLine());
                sent.add(producer.send(new ProducerRecord<>(args[1], key, new byte[0])));
            }
            for (Future<RecordMetadata> one : sent) {
                out.append(one.get().partition()).append('\n');
            }
        }
        System.out.print(out);
    }
}
