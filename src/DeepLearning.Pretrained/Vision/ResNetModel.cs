using DeepLearning.Layers;

namespace DeepLearning.Pretrained;

/// <summary>
/// A residual network (He et al. 2016, "Deep residual learning for image recognition"), with the stride in the middle convolution of a
/// bottleneck. Images [batch, channels, height, width] → hidden [batch, channels, h, w], pooled [batch, channels], logits [batch, classes].
/// </summary>
public sealed class ResNetModel : PretrainedModel
{
    private readonly ResNetBody _body;
    private readonly Projection? _classifier;

    private ResNetModel(ModelContext context, Build build, ResNetConfig config, bool isClassifier)
        : base(context, build)
    {
        _body = Add(isClassifier ? "resnet" : "", part => new ResNetBody(part, config));
        _classifier = isClassifier ? Linear("classifier.1", config.Widths[^1], context.Classes) : null;
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">There are no images.</exception>
    /// <exception cref="ShapeException">The images do not have the model's channels.</exception>
    public override ModelOutput Forward(ModelInputs input)
    {
        ArgumentNullException.ThrowIfNull(input);
        Tensor hidden = _body.Forward(this, input.Pixels ?? throw Needs(nameof(ModelInputs.Pixels)));
        Tensor pooled = hidden.Mean([2, 3]);
        return new ModelOutput { Hidden = hidden, Pooled = pooled, Logits = _classifier?.Forward(pooled) };
    }

    internal static ModelPlan Plan(ModelContext context)
    {
        ConfigReader config = context.Config;
        if (context.Architecture is not ("" or "ResNetModel" or "ResNetForImageClassification"))
        {
            throw context.NoArchitecture("ResNetModel", "ResNetForImageClassification");
        }

        int[] widths = config.Has("hidden_sizes") ? config.Sizes("hidden_sizes", 16) : [256, 512, 1024, 2048];
        int[] depths = config.Has("depths") ? config.Sizes("depths", 16) : [3, 4, 6, 3];
        if (widths.Length != depths.Length || depths.Any(static depth => depth > 1000))
        {
            throw config.Bad("depths", $"{depths.Length} stages do not fit {widths.Length} widths, or one has more than 1000 layers.");
        }

        config.Only("layer_type", "basic", "bottleneck");
        ResNetConfig sizes = new(
            config.Size("num_channels", 3), config.Size("embedding_size", 64), widths, depths,
            config.Text("layer_type", "bottleneck") == "bottleneck", Activation.Of(config, "hidden_act", "relu"),
            config.Flag("downsample_in_first_stage", false), config.Flag("downsample_in_bottleneck", false));
        bool isClassifier = context.Architecture == "ResNetForImageClassification";
        return new ModelPlan("resnet.", build => new ResNetModel(context, build, sizes, isClassifier));
    }

    private sealed record ResNetConfig(
        int Channels, int Embedding, int[] Widths, int[] Depths, bool IsBottleneck, Func<Tensor, Tensor> Act, bool HalvesFirst,
        bool HalvesEarly);

    /// <summary>act(norm(conv(x))), the activation where there is one.</summary>
    private sealed class ConvNorm : Part
    {
        private readonly Convolution _convolution;
        private readonly ChannelNorm _norm;
        private readonly Func<Tensor, Tensor>? _act;

        public ConvNorm(Build build, int from, int to, int kernel, int stride, Func<Tensor, Tensor>? act)
            : base(build)
        {
            _convolution = Add("convolution", part => new Convolution(part, from, to, kernel, stride, kernel / 2, hasBias: false));
            _norm = Add("normalization", part => new ChannelNorm(part, to));
            _act = act;
        }

        public Tensor Forward(Tensor x)
        {
            Tensor y = _norm.Forward(_convolution.Forward(x));
            return _act is null ? y : _act(y);
        }
    }

    /// <summary>act(shortcut(x) + convolutions(x)).</summary>
    private sealed class ResNetLayer : Part
    {
        private readonly ConvNorm[] _convolutions;
        private readonly ConvNorm? _shortcut;
        private readonly Func<Tensor, Tensor> _act;

        public ResNetLayer(Build build, ResNetConfig config, int from, int to, int stride)
            : base(build)
        {
            _act = config.Act;
            _shortcut = from != to || stride != 1 ? Add("shortcut", part => new ConvNorm(part, from, to, 1, stride, null)) : null;
            int narrow = Math.Max(to / 4, 1), first = config.HalvesEarly ? stride : 1, second = config.HalvesEarly ? 1 : stride;
            (int From, int To, int Kernel, int Stride)[] shapes = config.IsBottleneck
                ? [(from, narrow, 1, first), (narrow, narrow, 3, second), (narrow, to, 1, 1)]
                : [(from, to, 3, stride), (to, to, 3, 1)];
            List<ConvNorm> convolutions = [];
            for (int i = 0; i < shapes.Length; i++)
            {
                (int a, int b, int kernel, int step) = shapes[i];
                Func<Tensor, Tensor>? act = i < shapes.Length - 1 ? config.Act : null;
                convolutions.Add(Add($"layer.{i}", part => new ConvNorm(part, a, b, kernel, step, act)));
            }

            _convolutions = [.. convolutions];
        }

        public Tensor Forward(Tensor x)
        {
            using LayerCall running = new(this);
            Tensor y = x;
            foreach (ConvNorm convolution in _convolutions)
            {
                y = convolution.Forward(y);
            }

            return running.Gives(_act(y + (_shortcut?.Forward(x) ?? x)));
        }
    }

    private sealed class ResNetBody : Part
    {
        private readonly ResNetConfig _config;
        private readonly ConvNorm _embedder;
        private readonly ResNetLayer[] _layers;

        public ResNetBody(Build build, ResNetConfig config)
            : base(build)
        {
            _config = config;
            _embedder = Add("embedder.embedder", part => new ConvNorm(part, config.Channels, config.Embedding, 7, 2, config.Act));
            List<ResNetLayer> layers = [];
            int from = config.Embedding;
            for (int stage = 0; stage < config.Widths.Length; stage++)
            {
                int to = config.Widths[stage];
                for (int i = 0; i < config.Depths[stage]; i++)
                {
                    int stride = i == 0 && (stage > 0 || config.HalvesFirst) ? 2 : 1, width = i == 0 ? from : to;
                    layers.Add(Add($"encoder.stages.{stage}.layers.{i}", part => new ResNetLayer(part, config, width, to, stride)));
                }

                from = to;
            }

            _layers = [.. layers];
        }

        public Tensor Forward(Module model, Tensor pixels)
        {
            Convolution.CheckImage(model, pixels, _config.Channels, 0, 0);
            using LayerCall running = new(this);
            Tensor x = _embedder.Forward(pixels).MaxPool2d(3, 2, 1);
            foreach (ResNetLayer layer in _layers)
            {
                x = layer.Forward(x);
            }

            return running.Gives(x);
        }
    }
}
