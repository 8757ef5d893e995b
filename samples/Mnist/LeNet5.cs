using DeepLearning.Layers;

namespace DeepLearning.Samples.Mnist;

/// <summary>
/// LeNet-5 (LeCun, Bottou, Bengio and Haffner, "Gradient-based learning applied to document recognition", 1998) with what has replaced its
/// parts since: ReLU for tanh, maxima for trainable averages, all connections in the second convolution, and a linear output.
/// </summary>
internal sealed class LeNet5 : Module<Tensor, Tensor>
{
    // Mean and standard deviation of the training pixels. Kept in the model, so that whoever loads it can give it plain pixels.
    private const double Mean = 0.1307, Deviation = 0.3081;

    private readonly Conv2d _conv1 = new(1, 6, 5, padding: 2);
    private readonly Conv2d _conv2 = new(6, 16, 5);
    private readonly MaxPool2d _pool = new(2);
    private readonly Linear _linear1 = new(16 * 5 * 5, 120);
    private readonly Linear _linear2 = new(120, 84);
    private readonly Linear _output = new(84, 10);

    /// <summary>[batch, 1, 28, 28], pixels from 0 to 1 → [batch, 10], the scores of the digits.</summary>
    public override Tensor Forward(Tensor x)
    {
        x = (x - Mean) / Deviation;

        // The greatest of four, then ReLU: the same as ReLU first, for a quarter of the work.
        x = _pool.Forward(_conv1.Forward(x)).Relu(); // [batch, 6, 14, 14]
        x = _pool.Forward(_conv2.Forward(x)).Relu(); // [batch, 16, 5, 5]
        x = _linear1.Forward(x.Flatten(1)).Relu();
        x = _linear2.Forward(x).Relu();
        return _output.Forward(x);
    }
}
