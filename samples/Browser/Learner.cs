using System.Diagnostics;
using DeepLearning.Layers;
using DeepLearning.Losses;
using DeepLearning.Optimizers;
using DeepLearning.Samples.Digits;
using DeepLearning.Serialization;

namespace DeepLearning.Samples.Browser;

/// <summary>A small convolutional network and its training, a slice at a time so that the page stays alive in between.</summary>
internal sealed class Learner
{
    public const int Filters = 8, FilterSide = 5;
    private const int BatchSize = 32;
    private const double LearningRate = 3e-3;

    private readonly DigitsData _test;
    private readonly Tensor _images, _labels, _testImages, _testLabels;
    private readonly Generator _generator;
    private readonly Conv2d _first;
    private readonly Sequential _model;
    private readonly Adam _optimizer;
    private Tensor _order;
    private int _next;

    public Learner(DigitsData training, DigitsData test, ulong seed)
    {
        _test = test;
        (_images, _labels) = Tensors(training);
        (_testImages, _testLabels) = Tensors(test);
        _generator = new Generator(seed);
        _first = new Conv2d(1, Filters, FilterSide, padding: FilterSide / 2, generator: _generator);
        const int Pooled = DigitsData.Side / 2;
        _model = new Sequential(
            _first, new ReLU(), new MaxPool2d(2), new Flatten(),
            new Linear(Filters * Pooled * Pooled, DigitsData.Classes, generator: _generator));
        _optimizer = new Adam(_model.Parameters(), LearningRate);
        _order = Tensor.RandPerm(training.Count, generator: _generator);
    }

    /// <summary>Steps since the beginning.</summary>
    public int Steps { get; private set; }

    /// <summary>Passes over the training images.</summary>
    public double Epochs => (double)Steps * BatchSize / _labels.Count;

    /// <summary>Trains for some milliseconds, at least a step.</summary>
    /// <returns>The mean loss of the steps.</returns>
    public double Train(double milliseconds)
    {
        long start = Stopwatch.GetTimestamp();
        double sum = 0;
        int steps = 0;
        do
        {
            sum += Step();
            steps++;
        }
        while (Stopwatch.GetElapsedTime(start).TotalMilliseconds < milliseconds);
        return sum / steps;
    }

    /// <summary>The share of the held-out images that are recognized.</summary>
    public double Accuracy()
    {
        using TensorScope scope = new();
        return Scores(_testImages).ArgMax(1).EqualTo(_testLabels).To(DType.Float64).Mean().Item<double>();
    }

    /// <summary>Probabilities of the ten digits for an image of 64 pixels, 0 paper to 1 ink.</summary>
    public double[] Predict(double[] pixels)
    {
        using TensorScope scope = new();
        Tensor image = Tensor.From(pixels).To(DType.Float32).Reshape(1, 1, DigitsData.Side, DigitsData.Side);
        return Scores(image).Softmax(1).To(DType.Float64).ToArray<double>();
    }

    /// <summary>Some held-out images, each its 64 pixels, its digit and the digit that is recognized.</summary>
    public double[] Examples(int count)
    {
        using TensorScope scope = new();
        long[] recognized = Scores(_testImages.Narrow(0, 0, count)).ArgMax(1).ToArray<long>();
        List<double> all = [];
        for (int i = 0; i < count; i++)
        {
            foreach (float pixel in _test.Image(i))
            {
                all.Add(pixel);
            }

            all.Add(_test.Labels[i]);
            all.Add(recognized[i]);
        }

        return [.. all];
    }

    /// <summary>The weights of the first layer, filter by filter.</summary>
    public double[] FilterWeights()
    {
        using TensorScope scope = new();
        return _first.Weight.Detach().To(DType.Float64).Flatten().ToArray<double>();
    }

    /// <summary>The model's file (safetensors).</summary>
    public byte[] Save()
    {
        using MemoryStream stream = new();
        Safetensors.Save(stream, _model.StateDict());
        return stream.ToArray();
    }

    /// <summary>Takes over the weights of a file.</summary>
    /// <exception cref="SafetensorsException">The bytes are not such a file.</exception>
    /// <exception cref="StateDictException">It is that of another model; nothing was changed.</exception>
    public void Load(byte[] file)
    {
        using TensorScope scope = new();
        _model.LoadStateDict(Safetensors.Load(new MemoryStream(file)));
    }

    private static (Tensor Images, Tensor Labels) Tensors(DigitsData data) => (
        Tensor.From(data.Pixels, data.Count, 1, DigitsData.Side, DigitsData.Side), Tensor.From(data.Labels).To(DType.Int64));

    private Tensor Scores(Tensor images)
    {
        using GradMode.Region inference = GradMode.NoGrad();
        return _model.Forward(images);
    }

    private double Step()
    {
        if (_next + BatchSize > _order.Count)
        {
            (_order, _next) = (Tensor.RandPerm(_order.Size(0), generator: _generator), 0);
        }

        using TensorScope scope = new();
        Tensor batch = _order.Narrow(0, _next, BatchSize);
        _next += BatchSize;
        _optimizer.ZeroGrad();
        Tensor loss = Loss.CrossEntropy(_model.Forward(_images.IndexSelect(0, batch)), _labels.IndexSelect(0, batch));
        loss.Backward();
        _optimizer.Step();
        Steps++;
        return loss.Item<float>();
    }
}
