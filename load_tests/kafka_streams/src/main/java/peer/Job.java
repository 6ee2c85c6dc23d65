package peer;

/** The peers' job, number for number as load_tests/job.py has it. */
final class Job {
    static final int KINDS = 10, NUMBERS = 20, FEATURES = 32, ACTIONS = 50;
    private static final double DECAY = 0.99;
    private final double[][] weights = new double[ACTIONS][FEATURES];

    Job() {
        for (int a = 0; a < ACTIONS; a++) {
            for (int f = 0; f < FEATURES; f++) {
                weights[a][f] = ((a * 31 + f * 17) % 101 - 50) / 500.0;
            }
        }
    }

    /** Decays all 20 numbers, adds one event; in place. */
    static void fold(double[] profile, int kind, double amount) {
        for (int i = 0; i < NUMBERS; i++) {
            profile[i] *= DECAY;
        }
        profile[kind] += 1.0;
        profile[KINDS + kind] += amount;
    }

    private static double[] features(double[] profile) {
        double[] out = new double[FEATURES];
        for (int i = 0; i < NUMBERS; i++) {
            out[i] = Math.log1p(profile[i]);
        }
        for (int k = 0; k < KINDS; k++) {
            out[NUMBERS + k] = profile[KINDS + k] / (profile[k] + 1.0);
            out[30] += profile[k];
            out[31] += profile[KINDS + k] / 100.0;
        }
        return out;
    }

    /** Best action and its chance: {action, p}. */
    double[] decide(double[] profile) {
        double[] x = features(profile);
        int best = 0;
        double highest = Double.NEGATIVE_INFINITY;
        for (int a = 0; a < ACTIONS; a++) {
            double logOdds = 0.0;
            for (int f = 0; f < FEATURES; f++) {
                logOdds += weights[a][f] * x[f];
            }
            if (logOdds > highest) {
                highest = logOdds;
                best = a;
            }
        }
        return new double[] {best, 1.0 / (1.0 + Math.exp(-highest))};
    }
}
