using DeepLearning.Samples.Digits;

namespace DeepLearning.Samples.Lessons;

/// <summary>The data sets of the lessons. Those that the library does not know are read from a folder of the user's.</summary>
internal static class Materials
{
    public static DatasetSource Cora { get; } = Files("cora-planetoid", "features.txt", "labels.txt", "edges.txt", "test_index.txt");

    public static DatasetSource FraEng { get; } = Files("fra-eng", "fra-eng.zip");

    public static DatasetSource Polarity { get; } = Files("rt-polarity", "rt-polarity.pos", "rt-polarity.neg");

    public static DatasetSource Subjectivity { get; } = Files("subjectivity", "subj.subjective", "subj.objective");

    public static DatasetSource Chorales { get; } = Files("jsb-chorales", "jsb-chorales-quarter.json");

    public static DatasetSource SpokenDigits { get; } =
        Files("fsdd", "0_jackson_0.wav") with { OtherFolders = ["fsdd/recordings", "recordings"] };

    /// <summary>How a set can be had otherwise, for the message when it is missing.</summary>
    public static string HowToGet(string dataset) =>
        WellKnownDatasets.All.Any(source => source.Name == dataset) ? "--download downloads it; " : "";

    /// <summary>The folder of a set, in the one that was given or in the usual places.</summary>
    /// <exception cref="DatasetNotFoundException">It is nowhere.</exception>
    public static DatasetFolder Find(LessonRun run, DatasetSource source) => run.Download && source.Files.All(static f => f.Urls.Count > 0)
        ? DatasetFolder.FindOrDownloadAsync(source, run.Data).GetAwaiter().GetResult()
        : DatasetFolder.Find(source, run.Data);

    /// <summary>The 8×8 digits that come with the samples: images [n, 1, 8, 8] from 0 to 1, and what they show.</summary>
    public static (TensorDataset Training, TensorDataset Test) Digits()
    {
        (DigitsData training, DigitsData test) = DigitsData.Load(DigitsData.DefaultPath).Split();
        return (Tensors(training), Tensors(test));

        static TensorDataset Tensors(DigitsData data) => new(
            Tensor.From(data.Pixels, data.Count, 1, DigitsData.Side, DigitsData.Side), Tensor.From(data.Labels).To(DType.Int64));
    }

    /// <summary>
    /// MNIST: images [n, 1, 28, 28] from 0 to 1, and what they show. In a quick run the shipped digits, enlarged to the same size.
    /// </summary>
    public static (TensorDataset Training, TensorDataset Test) Mnist(LessonRun run)
    {
        if (!run.Quick)
        {
            ImageSets sets = DeepLearning.Data.Mnist.Load(run.Data, run.Download);
            return (sets.Training, sets.Test);
        }

        (TensorDataset training, TensorDataset test) = Digits();
        return (Enlarged(training), Enlarged(test));

        static TensorDataset Enlarged(TensorDataset digits) => new(
            digits.Inputs.Interpolate(size: 20, mode: InterpolationMode.Bilinear).Pad([4, 4, 4, 4]), digits.Targets);
    }

    /// <summary>A random batch of a set.</summary>
    public static (Tensor Inputs, Tensor Targets) Batch(this TensorDataset set, int size)
    {
        Tensor rows = Tensor.RandInt(0, set.Count, [size]);
        return (set.Inputs.IndexSelect(0, rows), set.Targets.IndexSelect(0, rows));
    }

    /// <summary>The first samples of a set; they share its memory.</summary>
    public static TensorDataset First(this TensorDataset set, int count) => count >= set.Count
        ? set
        : new TensorDataset(set.Inputs[..count], set.Targets[..count]);

    /// <summary>The share of rows whose greatest score is the target's.</summary>
    public static double Accuracy(Tensor scores, Tensor targets) =>
        scores.ArgMax(-1).EqualTo(targets).To(DType.Float64).Mean().Item<double>();

    /// <summary>What a model gives for many inputs, batch by batch, without a record for gradients.</summary>
    public static Tensor Predict(Func<Tensor, Tensor> model, Tensor inputs, int batch = 500)
    {
        using GradMode.Region none = GradMode.NoGrad();
        return Tensor.Cat([.. inputs.Split(batch).Select(model)]);
    }

    private static DatasetSource Files(string name, params IEnumerable<string> files) =>
        new(name, name, [.. files.Select(static file => new DatasetFile(file))]);
}
