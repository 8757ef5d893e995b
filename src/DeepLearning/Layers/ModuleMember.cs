namespace DeepLearning.Layers;

/// <summary>A parameter, buffer or child with its name in the module that owns it.</summary>
internal readonly record struct ModuleMember(string Name, object Value, bool IsPersistent = true)
{
    public Parameter? Parameter => Value as Parameter;

    public Module? Child => Value as Module;

    public Tensor? Buffer => Value is Parameter ? null : Value as Tensor;
}
