using DeepLearning;
using DeepLearning.Data;
using DeepLearning.Layers;
using DeepLearning.Losses;
using DeepLearning.Optimizers;
using DeepLearning.TensorBoard;
using DeepLearning.Training;
using DeepLearning.Training.Terminal;
using Spectre.Console;
using Table = DeepLearning.Data.Table;

// Trains a model in a trimmed program; the exit status says whether its fields were found and it learned what it should.
Generator.Default.ManualSeed(1);
Net model = new();
string[] keys = [.. model.StateDict().Keys];
string[] expected =
[
    "hidden.weight", "hidden.bias", "norm.weight", "norm.bias", "norm.running_mean", "norm.running_var", "norm.num_batches_tracked",
    "head.0.weight", "head.0.bias",
];
if (!keys.SequenceEqual(expected))
{
    Console.WriteLine($"state keys: {string.Join(", ", keys)}");
    return 1;
}

// Whether a point lies inside a circle.
Tensor x = Tensor.Uniform(-1, 1, [256, 2]);
Tensor y = (x.Square().Sum(1) < 0.5).To(DType.Int64);
Adam optimizer = new(model.Parameters(), 1e-2);
double loss = 0;
for (int step = 0; step < 200; step++)
{
    using TensorScope scope = new();
    optimizer.ZeroGrad();
    Tensor error = Loss.CrossEntropy(model.Forward(x), y);
    error.Backward();
    optimizer.Step();
    loss = error.Item<float>();
}

// A file of the model goes through the JSON reader and writer.
string path = Path.Combine(AppContext.BaseDirectory, "net.safetensors");
model.Save(path);
Net copy = new();
copy.Load(path);
bool isCopy = copy.StateDict().All(entry => entry.Value.Equal(model.StateDict()[entry.Key]));

// Modules in containers, and rows of objects, are found by reflection.
string[] held = [.. new Containers().StateDict().Keys];
Table table = Table.FromRows([new Row(1.5, "a", new DateOnly(2024, 12, 31))]).WithDateParts("Day", DateParts.Month);
bool isFound = held.SequenceEqual(["by_name.a.weight", "by_name.a.bias", "pair.0.weight", "pair.0.bias"])
    && table.Names.SequenceEqual(["Size", "Name", "Day_month"]) && table.Numbers("Day_month")[0] == 12;

// A training with a view that draws, and with event files.
using StringWriter terminal = new();
IAnsiConsole console = AnsiConsole.Create(
    new AnsiConsoleSettings { Ansi = AnsiSupport.Yes, ColorSystem = ColorSystemSupport.TrueColor, Out = new AnsiConsoleOutput(terminal) });
string events = Path.Combine(AppContext.BaseDirectory, "events");
bool isShown;
using (TensorBoardCallback board = new(events))
{
    Trainer trainer = new(copy, new Adam(copy.Parameters()), new CrossEntropyLoss()) { Metrics = [Metric.Accuracy()], Callbacks = [board] };
    ConsoleOutcome outcome = trainer.FitWithConsole(
        DataLoader.Create(new TensorDataset(x, y), 32), 2, options: new ConsoleOptions { Console = console, Live = true });
    isShown = outcome.Completed && terminal.ToString().Contains("2/2", StringComparison.Ordinal)
        && Directory.EnumerateFiles(events, "*", SearchOption.AllDirectories).Any();
}

double determinant = Linalg.Det(Tensor.From(new double[,] { { 2, 1 }, { 1, 3 } })).Item<double>();
Console.WriteLine(FormattableString.Invariant($"loss after 200 steps {loss:0.0000}, determinant {determinant:0.0}"));
return loss < 0.1 && isCopy && isFound && isShown && Math.Abs(determinant - 5) < 1e-12 ? 0 : 1;

/// <summary>A user's model: private fields and a Forward, nothing else.</summary>
internal sealed class Net : Module<Tensor, Tensor>
{
    private readonly Linear _hidden = new(2, 32);
    private readonly BatchNorm1d _norm = new(32);
    private readonly Sequential _head = new(new Linear(32, 2));

    public override Tensor Forward(Tensor input) => _head.Forward(_norm.Forward(_hidden.Forward(input)).Relu());
}

/// <summary>Modules that no field holds itself.</summary>
internal sealed class Containers : Module<Tensor, Tensor>
{
    private readonly Dictionary<string, Linear> _byName = new() { ["a"] = new Linear(2, 2) };
    private readonly (Linear Layer, int Number) _pair = (new Linear(2, 2), 1);

    public override Tensor Forward(Tensor input) => _pair.Layer.Forward(_byName["a"].Forward(input));
}

/// <summary>A row of a table.</summary>
internal sealed record Row(double Size, string Name, DateOnly Day);
