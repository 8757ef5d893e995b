using System.Globalization;
using DeepLearning;
using DeepLearning.Layers;
using DeepLearning.Losses;
using DeepLearning.Optimizers;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
Generator.Default.ManualSeed(1);

// Exclusive or: no straight line separates its answers, so a hidden layer is needed.
Tensor x = Tensor.From(new float[,] { { 0, 0 }, { 0, 1 }, { 1, 0 }, { 1, 1 } });
Tensor y = Tensor.From(new float[,] { { 0 }, { 1 }, { 1 }, { 0 } });

Sequential model = new(new Linear(2, 8), new Tanh(), new Linear(8, 1));
SGD optimizer = new(model.Parameters(), learningRate: 0.5, momentum: 0.9);

for (int step = 1; step <= 500; step++)
{
    optimizer.ZeroGrad();
    Tensor loss = Loss.BCEWithLogits(model.Forward(x), y);
    loss.Backward();
    optimizer.Step();
    if (step % 100 == 0)
    {
        Console.WriteLine($"step {step,3}  loss {loss.Item<float>():0.00000}");
    }
}

using (GradMode.NoGrad())
{
    float[] answers = model.Forward(x).Sigmoid().ToArray<float>();
    Console.WriteLine();
    for (int i = 0; i < 4; i++)
    {
        Console.WriteLine($"{i / 2} xor {i % 2} = {answers[i]:0.000}");
    }

    // The answer over the unit square: '#' where the network says 1.
    Console.WriteLine();
    for (int row = 10; row >= 0; row--)
    {
        float[] line = model.Forward(Tensor.Stack([Tensor.Full([21], row / 10.0), Tensor.Linspace(0, 1, 21)], 1)).ToArray<float>();
        Console.WriteLine(string.Concat(line.Select(static score => score > 0 ? '#' : '.')));
    }
}

// The same on every processor with fused multiply-add.
if (args is ["--fingerprint"])
{
    Console.WriteLine($"\nfingerprint {model.Fingerprint()}");
}
