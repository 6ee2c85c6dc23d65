import java.util.Scanner;
import org.apache.kafka.common.utils.Utils;

/** Keys in hexadecimal, one a line (empty line = empty key), in; Kafka's own murmur2 of each, as the partitioner takes it, out. */
public class Murmur2 {
    public static void main(String[] args) {
        Scanner lines = new Scanner(System.in);
        StringBuilder out = new StringBuilder();
        while (lines.hasNextLine()) {
            byte[] key = java.util.HexFormat.of().parseHex(lines.nextLine());
            out.append(Utils.toPositive(Utils.murmur2(key))).append('\n');
        }
        System.out.print(out);
    }
}
