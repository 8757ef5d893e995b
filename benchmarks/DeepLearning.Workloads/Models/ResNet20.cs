using DeepLearning.Layers;

namespace DeepLearning.Workloads.Models;

/// <summary>ResNet-20 for 32×32 images, with projection shortcuts (He et al. 2015).</summary>
internal static class ResNet20
{
    public static Sequential Create()
    {
        List<Module<Tensor, Tensor>> layers = [new Conv2d(3, 16, 3, 1, 1, bias: false), new BatchNorm2d(16), new ReLU()];
        int width = 16;
        foreach ((int channels, int stride) in new[] { (16, 1), (32, 2), (64, 2) })
        {
            for (int k = 0; k < 3; k++)
            {
                layers.Add(new Block(width, channels, k == 0 ? stride : 1));
                width = channels;
            }
        }

        return new Sequential([.. layers, new AdaptiveAvgPool2d(1), new Flatten(), new Linear(64, 10)]);
    }

    private sealed class Block : Module<Tensor, Tensor>
    {
        private readonly Conv2d _c1;
        private readonly BatchNorm2d _b1;
        private readonly Conv2d _c2;
        private readonly BatchNorm2d _b2;
        private readonly Module<Tensor, Tensor> _short;

        public Block(int input, int channels, int stride)
        {
            _c1 = new Conv2d(input, channels, 3, stride, 1, bias: false);
            _b1 = new BatchNorm2d(channels);
            _c2 = new Conv2d(channels, channels, 3, 1, 1, bias: false);
            _b2 = new BatchNorm2d(channels);
            _short = stride == 1 && input == channels
                ? new Identity()
                : new Sequential(new Conv2d(input, channels, 1, stride, bias: false), new BatchNorm2d(channels));
        }

        public override Tensor Forward(Tensor x)
        {
            Tensor y = _b1.Forward(_c1.Forward(x)).Relu();
            return (_b2.Forward(_c2.Forward(y)) + _short.Forward(x)).Relu();
        }
    }
}
