using DeepLearning.Initializers;
using DeepLearning.Layers;

namespace DeepLearning.Models;

/// <summary>
/// The U-Net of diffusion models (Ronneberger, Fischer and Brox 2015; Ho, Jain and Abbeel 2020): levels of residual blocks that know the
/// time, down by strided convolutions and up by nearest-neighbor upsampling, each level's results handed across; attention at chosen levels
/// and in the middle. With classes, a vector of the class is added to that of the time; one more vector stands for "any", for
/// classifier-free guidance.
/// </summary>
/// <remarks>
/// [batch, channels, height, width] and time steps [batch] in; the first's shape out. Sides are multiples of 2^(levels − 1).
/// </remarks>
public sealed class DiffusionUNet : Module<Tensor, Tensor, Tensor>
{
    private readonly ModuleList<UNetBlock> _down = new(), _up = new();
    private readonly ModuleList<Layer> _downAttention = new(), _upAttention = new(), _downsample = new(), _upsample = new();
    private readonly Conv2d _start, _end;
    private readonly GroupNorm _norm;
    private readonly TimeEmbedding _time;
    private readonly Embedding? _classes;
    private readonly UNetBlock _middle1, _middle2;
    private readonly UNetAttention _middleAttention;
    private readonly int _levels;

    /// <summary>Makes the network; its last convolution starts at 0.</summary>
    /// <param name="options">What it is made of.</param>
    /// <param name="generator">The source of starting values and of dropout; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentException">A number is out of its range, or channels are not a multiple of the groups.</exception>
    public DiffusionUNet(DiffusionUNetOptions options, Generator? generator = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.Channels, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.BlocksPerLevel, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.Classes ?? 1, nameof(options));
        Options = options;
        IReadOnlyList<int> multipliers = options.Multipliers ?? [1, 2];
        IReadOnlyList<int> attention = options.AttentionLevels ?? [];
        _levels = multipliers.Count;
        if (_levels == 0 || attention.Any(level => level < 0 || level >= _levels))
        {
            throw new ArgumentException(
                $"{nameof(DiffusionUNet)}: attention levels {string.Join(", ", attention)} do not fit {_levels} levels; they must be "
                + $"from 0 to {_levels - 1}.",
                nameof(options));
        }

        int width = options.Width, timeWidth = 4 * width;
        _time = new TimeEmbedding(width, timeWidth, generator: generator);
        _classes = options.Classes is { } count ? new Embedding(count + 1, timeWidth, generator: generator) : null;
        _start = new Conv2d(options.Channels, width, 3, padding: 1, generator: generator);
        Stack<int> handed = new([width]);
        int channels = width;
        for (int level = 0; level < _levels; level++)
        {
            for (int i = 0; i < options.BlocksPerLevel; i++)
            {
                _down.Add(Block(channels, width * multipliers[level]));
                channels = width * multipliers[level];
                _downAttention.Add(Attention(channels, level));
                handed.Push(channels);
            }

            if (level + 1 < _levels)
            {
                _downsample.Add(new Conv2d(channels, channels, 3, 2, 1, generator: generator));
                handed.Push(channels);
            }
        }

        _middle1 = Block(channels, channels);
        _middleAttention = new UNetAttention(channels, options.Groups, options.Heads, generator);
        _middle2 = Block(channels, channels);
        for (int level = _levels - 1; level >= 0; level--)
        {
            for (int i = 0; i <= options.BlocksPerLevel; i++)
            {
                _up.Add(Block(channels + handed.Pop(), width * multipliers[level]));
                channels = width * multipliers[level];
                _upAttention.Add(Attention(channels, level));
            }

            if (level > 0)
            {
                _upsample.Add(new Conv2d(channels, channels, 3, padding: 1, generator: generator));
            }
        }

        _norm = new GroupNorm(options.Groups, channels);
        _end = new Conv2d(channels, options.Channels, 3, padding: 1, generator: generator);
        Initialize.Zeros(_end.Weight);
        Initialize.Zeros(_end.Bias!);

        UNetBlock Block(int from, int to) => new(from, to, timeWidth, options.Groups, options.Dropout, generator);

        Layer Attention(int of, int level) =>
            attention.Contains(level) ? new UNetAttention(of, options.Groups, options.Heads, generator) : new Identity();
    }

    /// <summary>What the network is made of.</summary>
    public DiffusionUNetOptions Options { get; }

    /// <inheritdoc/>
    protected internal override bool ComputesParameters => true;

    /// <inheritdoc/>
    protected internal override string Details => $"{Options.Channels} channels, width {Options.Width}, {_levels} levels";

    /// <summary>Computes the output of images of any class.</summary>
    /// <param name="first">x, [batch, channels, height, width].</param>
    /// <param name="second">The time steps, [batch].</param>
    /// <exception cref="ShapeException">The shapes do not fit.</exception>
    public override Tensor Forward(Tensor first, Tensor second) => Forward(first, second, null);

    /// <summary>Computes the output.</summary>
    /// <param name="x">[batch, channels, height, width].</param>
    /// <param name="steps">The time steps, [batch].</param>
    /// <param name="classes">
    /// The class of each image, int64 or int32 [batch]; the number of classes itself stands for any. All are of any class when null.
    /// </param>
    /// <exception cref="ShapeException">The shapes do not fit.</exception>
    /// <exception cref="IndexException">There is no such class.</exception>
    /// <exception cref="ArgumentException">There are classes, and the network knows none.</exception>
    public Tensor Forward(Tensor x, Tensor steps, Tensor? classes) =>
        NamedCall.Of(this, (x, steps, classes), static (self, given) => self.Compute(given.x, given.steps, given.classes));

    private Tensor Compute(Tensor x, Tensor steps, Tensor? classes)
    {
        BlockChecks.Shape(this, x, nameof(x), ("batch", -1), ("channels", Options.Channels), ("height", -1), ("width", -1));
        BlockChecks.Shape(this, steps, nameof(steps), ("batch", x.Size(0)));
        int part = 1 << (_levels - 1);
        if (x.Size(2) % part != 0 || x.Size(3) % part != 0 || x.Size(2) == 0 || x.Size(3) == 0)
        {
            throw new ShapeException($"{Kind}: x {x.Shape} does not fit; its height and width must be multiples of {part}.");
        }

        Tensor time = _time.Forward(steps);
        if (_classes is not null)
        {
            time += Class(classes, x);
        }
        else if (classes is not null)
        {
            throw new ArgumentException(
                $"{Kind}: classes are given, and the network was made without; give it their number.", nameof(classes));
        }

        int perLevel = Options.BlocksPerLevel;
        Tensor h = _start.Forward(x);
        Stack<Tensor> handed = new([h]);
        for (int i = 0; i < _down.Count; i++)
        {
            h = _downAttention[i].Forward(_down[i].Forward(h, time));
            handed.Push(h);
            int level = i / perLevel;
            if ((i + 1) % perLevel == 0 && level + 1 < _levels)
            {
                h = _downsample[level].Forward(h);
                handed.Push(h);
            }
        }

        h = _middle2.Forward(_middleAttention.Forward(_middle1.Forward(h, time)), time);
        for (int i = 0; i < _up.Count; i++)
        {
            h = _upAttention[i].Forward(_up[i].Forward(Tensor.Cat([h, handed.Pop()], 1), time));
            int level = i / (perLevel + 1);
            if ((i + 1) % (perLevel + 1) == 0 && level + 1 < _levels)
            {
                h = _upsample[level].Forward(h.Interpolate(scaleFactor: 2));
            }
        }

        return _end.Forward(_norm.Forward(h).Silu());
    }

    private Tensor Class(Tensor? classes, Tensor x)
    {
        int any = Options.Classes!.Value;
        if (classes is null)
        {
            return _classes!.Forward(Tensor.Full([1], (long)any, device: x.Device));
        }

        BlockChecks.Shape(this, classes, nameof(classes), ("batch", x.Size(0)));
        GraphChecks.Numbers(Kind, classes, nameof(classes), nameof(classes), any + 1);
        return _classes!.Forward(classes);
    }
}
