using System.Globalization;
using DeepLearning.Layers;

namespace DeepLearning.Formats;

/// <summary>
/// Turns the weights of a Keras layer into the state of a module. Keras has the axes of inputs before those of outputs, and channels last;
/// this library, as PyTorch, outputs first and channels first.
/// </summary>
internal static class KerasConversion
{
    private const double Close = 1e-12;

    /// <summary>Adds the tensors of a layer under the names of its target.</summary>
    /// <exception cref="StateDictException">The weights are not those of such a layer.</exception>
    public static void Add(
        KerasLayer layer, KerasTarget target, KerasLoadOptions options, string path, OrderedDictionary<string, Tensor> state)
    {
        KerasWeights weights = new(layer, target, path);
        switch (target.Module)
        {
            case Linear linear:
                Tensor kernel = weights.Next("kernel", 2);
                state[target.Name("weight")] = Reordered(kernel, linear, target, layer, options, weights).Transpose(0, 1);
                AddBias(state, "bias");
                break;
            case SeparableConvolutionLayer separable:
                state[target.Name("depthwise.weight")] = Convolution(weights.Next("depthwise_kernel", null), separable.Depthwise, weights);
                state[target.Name("pointwise.weight")] = Convolution(weights.Next("pointwise_kernel", null), separable.Pointwise, weights);
                AddBias(state, "pointwise.bias");
                break;
            case ConvolutionLayer convolution:
                state[target.Name("weight")] = Convolution(weights.Next("kernel", convolution.Weight.Rank), convolution, weights);
                AddBias(state, "bias");
                break;
            case BatchNorm norm:
                CheckEpsilon(norm.Eps);
                AddNorm(norm.Weight is not null, norm.Bias is not null, statistics: norm.RunningMean is not null);
                if (norm.NumBatchesTracked is { } count)
                {
                    state[target.Name("num_batches_tracked")] = count;
                }

                break;
            case LayerNorm norm:
                CheckEpsilon(norm.Eps);
                AddNorm(norm.Weight is not null, norm.Bias is not null, statistics: false);
                break;
            case GroupNorm norm:
                CheckEpsilon(norm.Eps);
                AddNorm(norm.Weight is not null, norm.Bias is not null, statistics: false);
                break;
            case RMSNorm norm:
                CheckEpsilon(norm.Eps);
                state[target.Name("weight")] = weights.Next("scale", null);
                break;
            case Embedding:
                state[target.Name("weight")] = weights.Next("embeddings", 2);
                break;
            case PReLU:
                state[target.Name("weight")] = Slopes(weights.Next("alpha", null), weights);
                break;
            case MultiheadAttention attention:
                KerasAttention.Add(layer, attention, target, path, state);
                return;
            case LSTM or GRU or RNN:
                KerasRecurrent.Add(layer, target, path, state);
                return;
        }

        weights.Finish();

        void AddBias(OrderedDictionary<string, Tensor> to, string name)
        {
            if (weights.Left > 0)
            {
                to[target.Name(name)] = weights.Next("bias", 1);
            }
        }

        // Keras leaves out what a layer was made without; names or the number of weights tell which.
        void AddNorm(bool hasWeight, bool hasBias, bool statistics)
        {
            foreach ((string keras, string own, bool isThere) in (ReadOnlySpan<(string, string, bool)>)[
                ("gamma", "weight", hasWeight), ("beta", "bias", hasBias), ("moving_mean", "running_mean", statistics),
                ("moving_variance", "running_var", statistics)])
            {
                if (isThere)
                {
                    state[target.Name(own)] = weights.Next(keras, null);
                }
            }
        }

        void CheckEpsilon(double? own)
        {
            if (layer.Settings?.Number("epsilon") is { } keras && !(Math.Abs(keras - (own ?? double.NaN)) <= Close))
            {
                throw weights.Bad($"its epsilon is {Text(keras)} in the file and {(own is { } it ? Text(it) : "that of its type")} here; "
                    + "make the module with eps: as in the file.");
            }
        }
    }

    private static string Text(double number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>The rows of a dense kernel whose inputs were flattened from an image, in this library's order.</summary>
    private static Tensor Reordered(
        Tensor kernel, Linear linear, KerasTarget target, KerasLayer layer, KerasLoadOptions options, KerasWeights weights)
    {
        if (options.FlattenedFrom.TryGetValue(layer.Name, out int[]? shape))
        {
            if (shape.Length == 0)
            {
                return kernel;
            }

            if (shape.Any(static length => length < 1) || Elements.Count(shape, 1) != kernel.Size(0))
            {
                throw weights.Bad($"{nameof(KerasLoadOptions.FlattenedFrom)} says that its {kernel.Size(0)} inputs were "
                    + $"{DeepLearning.Shape.Format(shape)}, which are not as many.");
            }

            int[] channelsFirst = [shape.Length - 1, .. Enumerable.Range(0, shape.Length - 1), shape.Length];
            return kernel.Reshape([.. shape, kernel.Size(1)]).Permute(channelsFirst).Reshape(kernel.Size(0), kernel.Size(1));
        }

        int? channels = target.Before switch
        {
            ConvolutionLayer convolution => convolution.OutChannels,
            SeparableConvolutionLayer separable => separable.Pointwise.OutChannels,
            _ => null,
        };
        return channels is { } known && linear.InFeatures > known && known > 1 && linear.InFeatures % known == 0
            ? throw weights.Bad($"its {linear.InFeatures} inputs come from {known} channels, it seems by flattening, which Keras does with "
                + "the channels last and this library with them first. Say what was flattened: "
                + $"{nameof(KerasLoadOptions)}.{nameof(KerasLoadOptions.FlattenedFrom)}[\"{layer.Name}\"] = [height, width, {known}]; "
                + "or [] if nothing was.")
            : kernel;
    }

    /// <summary>
    /// [kernel …, in / groups, out] to [out, in / groups, kernel …]; transposed ones alike, [kernel …, out, in] to [in, out, kernel …]. A
    /// depthwise kernel is [kernel …, in, multiplier], whose outputs are those of the first input, of the second, and so on.
    /// </summary>
    private static Tensor Convolution(Tensor kernel, ConvolutionLayer layer, KerasWeights weights)
    {
        int rank = layer.Weight.Rank;
        if (kernel.Rank != rank)
        {
            throw weights.Bad($"its kernel {kernel.Shape} has {kernel.Rank} axes; that of {layer.GetType().Name} has {rank}.");
        }

        if (layer is not TransposedConvolutionLayer && layer.Groups > 1 && layer.Groups == layer.InChannels
            && kernel.Size(-2) == layer.InChannels && kernel.Size(-2) * kernel.Size(-1) == layer.OutChannels)
        {
            int[] channelsFirst = [rank - 2, rank - 1, .. Enumerable.Range(0, rank - 2)];
            return kernel.Permute(channelsFirst).Flatten(0, 1).Unsqueeze(1);
        }

        if (layer is TransposedConvolutionLayer && layer.Groups > 1)
        {
            throw weights.Bad($"Keras has no transposed convolution in {layer.Groups} groups.");
        }

        return kernel.Permute([rank - 1, rank - 2, .. Enumerable.Range(0, rank - 2)]);
    }

    /// <summary>Slopes shared over an image are [1, 1, channels].</summary>
    private static Tensor Slopes(Tensor alpha, KerasWeights weights) => alpha.Shape.Count(static length => length > 1) <= 1
        ? alpha.Reshape(alpha.Shape.Aggregate(1, static (product, length) => product * length))
        : throw weights.Bad($"its slopes {alpha.Shape} differ over the image (shared_axes is not set); PReLU has one a channel.");
}
