using DeepLearning.Layers;

namespace DeepLearning.Formats;

/// <summary>Loads modules from files of PyTorch, and saves them so.</summary>
public static class PyTorchModules
{
    /// <summary>
    /// Copies the tensors of a PyTorch file into the parameters and persistent buffers of the same names, converting their type: what
    /// <c>model.load_state_dict(torch.load(path))</c> does.
    /// </summary>
    /// <remarks>
    /// Names, shapes and claims of the file are checked before anything is changed. Then one tensor after the other is read and copied, so
    /// that beside the module's own memory it takes that of the largest one; in files that are compressed, and for element types that the
    /// library lacks, that of all such tensors.
    /// </remarks>
    /// <param name="module">The module.</param>
    /// <param name="path">The file: a state dict, or a checkpoint that holds one.</param>
    /// <param name="strict">False accepts names that are missing or unknown; shapes must fit all the same.</param>
    /// <param name="prefix">What stands before the module's names in the file, such as <c>module.</c>; other names of the file are passed
    /// over.</param>
    /// <param name="key">Which part of a checkpoint is the state dict; see <see cref="PyTorchFile.LoadTensors(string, string?)"/> for what
    /// is taken without it.</param>
    /// <returns>The names that were missing and those that were not expected; empty lists when strict.</returns>
    /// <exception cref="StateDictException">Names or shapes do not fit; all of them are listed, and nothing was changed.</exception>
    /// <exception cref="ModelFileException">The file is not in the format, is damaged, or holds what is refused; nothing was
    /// changed.</exception>
    /// <exception cref="IOException">The file does not exist or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static StateDictMismatch LoadPyTorch(this Module module, string path, bool strict = true, string prefix = "", string? key = null)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(prefix);

        // Returns what was read as soon as it is copied.
        using TensorScope scope = new();
        using FileStream stream = FileContext.OpenFile(path);
        return StateLoading.Load(module, PyTorchFile.LoadDeferred(stream, path, key), path, strict, prefix);
    }

    /// <summary>
    /// Writes the parameters and persistent buffers as a state dict that <c>torch.load(path, weights_only=True)</c> reads; it replaces the
    /// file of that name only when all is on the disk.
    /// </summary>
    /// <param name="module">The module.</param>
    /// <param name="path">The file, by custom with the ending <c>.pt</c>.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to.</exception>
    public static void SavePyTorch(this Module module, string path)
    {
        ArgumentNullException.ThrowIfNull(module);
        PyTorchFile.Save(path, module.StateDict());
    }
}
