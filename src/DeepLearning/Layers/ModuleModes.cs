namespace DeepLearning.Layers;

/// <summary>
/// Remembers which of a model's modules train and which evaluate; each is in that mode again when this is disposed, a part that was
/// frozen in evaluation mode as well.
/// </summary>
internal readonly ref struct ModuleModes : IDisposable
{
    private readonly (Module Module, bool Training)[] _modes;

    public ModuleModes(Module model) => _modes = [.. model.Modules().Select(static module => (module, module.Training))];

    public void Dispose()
    {
        foreach ((Module module, bool training) in _modes)
        {
            module.RestoreTraining(training);
        }
    }
}
