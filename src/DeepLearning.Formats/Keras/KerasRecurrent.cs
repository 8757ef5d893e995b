using DeepLearning.Layers;

namespace DeepLearning.Formats;

/// <summary>
/// LSTM, GRU and SimpleRNN of Keras, one layer in one or two directions: kernels [in, gates · units] and [units, gates · units]. The
/// gates of an LSTM stand in the same order, those of a GRU as update, reset, new, here reset, update, new.
/// </summary>
internal static class KerasRecurrent
{
    public static void Add(KerasLayer layer, KerasTarget target, string path, OrderedDictionary<string, Tensor> state)
    {
        (int gates, int layers, bool isBidirectional, bool hasBias, int units, string activation) = target.Module switch
        {
            LSTM own => (4, own.NumLayers, own.Bidirectional, own.Bias, own.ProjSize > 0 ? -1 : own.HiddenSize, "tanh"),
            GRU own => (3, own.NumLayers, own.Bidirectional, own.Bias, own.HiddenSize, "tanh"),
            RNN own => (1, own.NumLayers, own.Bidirectional, own.Bias, own.HiddenSize,
                own.Nonlinearity == RNNNonlinearity.Tanh ? "tanh" : "relu"),
            _ => throw new ArgumentException("Not a recurrent layer.", nameof(target)),
        };
        KerasWeights all = new(layer, target, path);
        if (layers != 1 || units < 0)
        {
            throw all.Bad("Keras has one layer in one module, without projections; put single modules one behind the other.");
        }

        CheckSettings(layer, activation, gates, all);
        foreach (string direction in isBidirectional ? ["forward_", "backward_"] : (string[])[""])
        {
            string suffix = direction == "backward_" ? "_l0_reverse" : "_l0";
            KerasWeights weights = new(layer, target, path, name => name.StartsWith(direction, StringComparison.Ordinal));
            state[target.Name("weight_ih" + suffix)] = Rows(weights.Next("kernel", 2).Transpose(0, 1), gates, weights);
            state[target.Name("weight_hh" + suffix)] = Rows(weights.Next("recurrent_kernel", 2).Transpose(0, 1), gates, weights);
            if (weights.Left > 0)
            {
                Tensor bias = weights.Next("bias", null);
                (Tensor input, Tensor hidden) = Biases(bias, gates, weights);
                if (!hasBias)
                {
                    throw weights.Bad("it has biases, and the module was made without.");
                }

                state[target.Name("bias_ih" + suffix)] = Rows(input, gates, weights);
                state[target.Name("bias_hh" + suffix)] = Rows(hidden, gates, weights);
            }

            weights.Finish();
        }
    }

    private static (Tensor Input, Tensor Hidden) Biases(Tensor bias, int gates, KerasWeights weights) => (bias.Rank, gates) switch
    {
        (2, 3) when bias.Size(0) == 2 => (bias.Select(0, 0), bias.Select(0, 1)),
        (1, 3) => throw weights.Bad("it is a GRU with reset_after=False, which applies the reset before the product; the module, as "
            + "PyTorch and Keras by default, after it. Train or convert it with reset_after=True."),
        (1, _) => (bias, Tensor.Zeros(bias.Shape.ToArray(), bias.DType)),
        _ => throw weights.Bad($"its bias {bias.Shape} is not that of {gates} gates."),
    };

    /// <summary>The rows of the gates in this library's order.</summary>
    private static Tensor Rows(Tensor rows, int gates, KerasWeights weights)
    {
        int units = rows.Size(0) / gates;
        if (units * gates != rows.Size(0))
        {
            throw weights.Bad($"{rows.Size(0)} rows are not those of {gates} gates.");
        }

        return gates != 3
            ? rows
            : Tensor.Cat([rows.Narrow(0, units, units), rows.Narrow(0, 0, units), rows.Narrow(0, 2 * units, units)]);
    }

    /// <summary>What a configuration says of the formula, where the file has one.</summary>
    private static void CheckSettings(KerasLayer layer, string activation, int gates, KerasWeights weights)
    {
        if (layer.Settings?.Text("activation") is { } own && own != activation)
        {
            throw weights.Bad($"its activation is {FileContext.Quote(own)}, the module's {activation}.");
        }

        if (gates > 1 && layer.Settings?.Text("recurrent_activation") is { } recurrent && recurrent != "sigmoid")
        {
            throw weights.Bad($"its recurrent_activation is {FileContext.Quote(recurrent)}, the module's sigmoid.");
        }
    }
}
