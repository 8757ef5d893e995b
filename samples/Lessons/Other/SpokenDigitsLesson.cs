using System.Globalization;

namespace DeepLearning.Samples.Lessons;

/// <summary>
/// A spoken digit as a picture: short pieces of the sound are split into frequencies, as the ear does, and a convolutional network reads
/// what comes out. The spectrum is a matrix product with sines and cosines; the filters follow the mel scale (Stevens, Volkmann and
/// Newman 1937).
/// </summary>
internal static class SpokenDigitsLesson
{
    private const int Rate = 8000, Window = 256, Hop = 128, Bands = 32, Frames = 48;

    public static Lesson Lesson { get; } = new(
        "audio", Chapter.Other, "Spoken digits as pictures of their frequencies",
        Goal.AtLeast("test accuracy", 0.85), Goal.AtLeast("test accuracy", 0.7), Run)
    {
        Data = "fsdd (spoken digits)",
        Time = "seconds",
    };

    private static double Run(LessonRun run)
    {
        List<(float[] Sound, int Digit, bool IsTest)> all = run.Quick ? Made(300)
            : Recordings(Materials.Find(run, Materials.SpokenDigits).Path);
        Tensor pictures = Tensor.Stack([.. all.Select(static item => Picture(item.Sound))]).Unsqueeze(1);
        Tensor digits = Tensor.From([.. all.Select(static item => (long)item.Digit)]);
        Tensor forTest = Tensor.From([.. all.Select(static item => item.IsTest)]);
        Tensor learned = forTest.LogicalNot().NonZero().Flatten(), tested = forTest.NonZero().Flatten();

        // Loudness differs from one recording to the next: each picture is brought to mean 0 and deviation 1.
        pictures = (pictures - pictures.Mean([2, 3], keepDim: true)) / (pictures.Std([2, 3], keepDim: true) + 1e-5);
        TensorDataset training = new(pictures.IndexSelect(0, learned), digits.IndexSelect(0, learned));
        TensorDataset test = new(pictures.IndexSelect(0, tested), digits.IndexSelect(0, tested));
        int width = run.Choose(16, 8);
        Sequential model = new(
            new Conv2d(1, width, 3, padding: 1), new BatchNorm2d(width), new ReLU(), new MaxPool2d(2),
            new Conv2d(width, 2 * width, 3, padding: 1), new BatchNorm2d(2 * width), new ReLU(), new MaxPool2d(2),
            new Conv2d(2 * width, 4 * width, 3, padding: 1), new BatchNorm2d(4 * width), new ReLU(), new GlobalAvgPool(),
            new Dropout(0.3), new Linear(4 * width, 10));
        int steps = run.Choose(600, 130);
        double[] losses = run.Train(
            new AdamW(model.Parameters(), run.Choose(3e-3, 1e-2), weightDecay: 0.05), steps,
            _ =>
            {
                (Tensor x, Tensor y) = training.Batch(32);

                // A word that begins a little earlier or later is the same word.
                return Loss.CrossEntropy(model.Forward(x.Roll((int)Tensor.RandInt(-4, 5, [1]).Item<long>(), 3)), y);
            },
            new CosineSchedule(steps));
        model.Eval();
        Tensor scores = Materials.Predict(model.Forward, test.Inputs, 100);
        ConfusionMatrix confusion = new(10);
        confusion.Add(scores, test.Targets);
        run.Report.Add(new ConfusionMatrixChart(confusion) { Caption = "Test recordings by the digit spoken and the one heard." });
        Tensor shown = Tensor.Stack([.. Enumerable.Range(0, 10).Select(
            digit => test.Inputs[(int)(long)test.Targets.EqualTo(digit).NonZero()[0, 0]][0].FlipUD())]);
        run.Report.Images("Zero to nine", "Time from left to right, frequency upwards; light is loud.", ColorMap.Stretch(shown), 5, 3);
        run.Report.Curves("Loss", "Of each batch.", true, ("training", losses));
        return confusion.Accuracy;
    }

    /// <summary>The logarithm of the loudness of each band in each piece of the sound, [bands, frames].</summary>
    private static Tensor Picture(float[] sound)
    {
        int needed = Window + ((Frames - 1) * Hop);
        float[] fitted = new float[needed];
        sound.AsSpan(0, Math.Min(sound.Length, needed)).CopyTo(fitted);
        Tensor pieces = Tensor.From(fitted).Unfold(0, Window, Hop) * Hann;
        Tensor power = pieces.MatMul(Cosines).Square() + pieces.MatMul(Sines).Square();
        return (power.MatMul(Filters) + 1e-6).Log().T;
    }

    private static Tensor Hann { get; } = 0.5 - ((Tensor.Arange(Window).To(DType.Float32) * (2 * Math.PI / Window)).Cos() * 0.5);

    private static Tensor Angles { get; } =
        Tensor.Arange(Window).To(DType.Float32).Outer(Tensor.Arange(Window / 2).To(DType.Float32)) * (2 * Math.PI / Window);

    private static Tensor Cosines { get; } = Angles.Cos();

    private static Tensor Sines { get; } = Angles.Sin();

    /// <summary>Triangles over the frequencies, [window / 2, bands], as far apart as the ear hears them: evenly on the mel scale.</summary>
    private static Tensor Filters { get; } = MelFilters();

    private static Tensor MelFilters()
    {
        double top = Mel(Rate / 2.0);
        double[] edges = [.. Enumerable.Range(0, Bands + 2).Select(i => Frequency(top * i / (Bands + 1)) / Rate * Window)];
        float[] weights = new float[Window / 2 * Bands];
        for (int bin = 0; bin < Window / 2; bin++)
        {
            for (int band = 0; band < Bands; band++)
            {
                double up = (bin - edges[band]) / (edges[band + 1] - edges[band]);
                double down = (edges[band + 2] - bin) / (edges[band + 2] - edges[band + 1]);
                weights[(bin * Bands) + band] = (float)Math.Max(0, Math.Min(up, down));
            }
        }

        return Tensor.From(weights, Window / 2, Bands);

        static double Mel(double frequency) => 2595 * Math.Log10(1 + (frequency / 700));

        static double Frequency(double mel) => 700 * (Math.Pow(10, mel / 2595) - 1);
    }

    /// <summary>The recordings; those with an index below 5 are for the test, as the data set says.</summary>
    private static List<(float[] Sound, int Digit, bool IsTest)> Recordings(string folder)
    {
        List<(float[], int, bool)> all = [];
        foreach (string path in Directory.EnumerateFiles(folder, "*.wav").Order(StringComparer.Ordinal))
        {
            // digit_speaker_index.wav
            string[] parts = Path.GetFileNameWithoutExtension(path).Split('_');
            if (parts.Length != 3 || !int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int digit) || digit > 9
                || !int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out int index))
            {
                throw new InvalidDataException($"{path}: the name is not DIGIT_SPEAKER_INDEX.wav.");
            }

            all.Add((WaveFile.Read(File.ReadAllBytes(path), path), digit, index < 5));
        }

        return all;
    }

    /// <summary>Made sounds: each digit is two gliding tones, at a pitch and speed of its own each time, in noise.</summary>
    private static List<(float[] Sound, int Digit, bool IsTest)> Made(int count)
    {
        Generator random = new(4);
        List<(float[], int, bool)> all = [];
        for (int i = 0; i < count; i++)
        {
            int digit = i % 10, length = (int)(2500 + (2500 * random.NextDouble()));
            double pitch = 0.9 + (0.2 * random.NextDouble()), low = 300 + (120 * (digit % 5)), high = 1500 + (300 * (digit / 5));
            double glide = digit % 2 == 0 ? 400 : -400;
            float[] sound = new float[length];
            double phase1 = 0, phase2 = 0;
            for (int t = 0; t < length; t++)
            {
                double place = (double)t / length;
                phase1 += 2 * Math.PI * pitch * (low + (glide * place / 3)) / Rate;
                phase2 += 2 * Math.PI * pitch * (high + (glide * place)) / Rate;
                double tones = Math.Sin(Math.PI * place) * ((0.4 * Math.Sin(phase1)) + (0.2 * Math.Sin(phase2)));
                sound[t] = (float)(tones + (0.02 * (random.NextDouble() - 0.5)));
            }

            all.Add((sound, digit, i % 30 >= 20));
        }

        return all;
    }
}
