using DeepLearning.Layers;

namespace DeepLearning.Formats;

/// <summary>Loads modules from files of Keras.</summary>
public static class KerasModules
{
    /// <summary>
    /// Copies the weights of a Keras file into a module of the same structure: its layers' parameters and statistics, turned into this
    /// library's layout.
    /// </summary>
    /// <remarks>
    /// <para>Layers are matched in order: those of the file that have weights with those of the module that have some. Files
    /// <c>.weights.h5</c> do not know the order of layers; there the first <c>dense</c> goes to the first <see cref="Linear"/>, the second
    /// to the second, and so on for each class. <see cref="KerasLoadOptions.Layers"/> names pairs where that does not fit.</para>
    /// <para>Known are Dense, Conv1D to Conv3D with their transposed, depthwise and separable ones, BatchNormalization,
    /// LayerNormalization, GroupNormalization, RMSNormalization, Embedding, LSTM, GRU (<c>reset_after=True</c>, the default), SimpleRNN,
    /// Bidirectional of these, MultiHeadAttention and PReLU.</para>
    /// <para>A file of weights does not hold settings, and Keras' defaults are not this library's: its normalizations have an epsilon of
    /// 0.001. Where the file has the model's configuration, epsilons and the activations of recurrent layers are compared.</para>
    /// </remarks>
    /// <param name="module">The module.</param>
    /// <param name="path">The file: <c>.weights.h5</c>, <c>.h5</c> or <c>.keras</c>.</param>
    /// <param name="options">How; by default strictly and in order.</param>
    /// <returns>The names that were missing and those that were not expected; empty lists when strict.</returns>
    /// <exception cref="StateDictException">Layers, names or shapes do not fit, and nothing was changed.</exception>
    /// <exception cref="ModelFileException">The file is not in the format, is damaged, or holds what is refused; nothing was
    /// changed.</exception>
    /// <exception cref="IOException">The file does not exist or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static StateDictMismatch LoadKeras(this Module module, string path, KerasLoadOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(module);
        options ??= new KerasLoadOptions();
        using FileStream stream = FileContext.OpenFile(path);

        // Returns what was read as soon as it is copied.
        using TensorScope scope = new();
        using GradMode.Region region = GradMode.NoGrad();
        FileContext file = new(path);
        (List<KerasLayer> layers, bool isOrdered) = KerasFile.Load(stream, file);
        KerasMatching matching = new(module, path, options);
        OrderedDictionary<string, Tensor> state = [];
        List<string> unexpected = [];
        foreach ((KerasLayer layer, KerasTarget? target) in matching.Match(layers, isOrdered))
        {
            if (target is null)
            {
                unexpected.Add(layer.Name);
            }
            else
            {
                KerasConversion.Add(layer, target, options, path, state);
            }
        }

        StateDictMismatch mismatch = StateLoading.Load(module, state, path, options.Strict, "");
        return new StateDictMismatch(mismatch.Missing, [.. unexpected, .. mismatch.Unexpected]);
    }
}
