using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace DeepLearning.Layers;

/// <summary>
/// A part of a model: it owns the parameters, buffers and modules that its fields hold. Derive from <see cref="Module{TIn, TOut}"/>, assign
/// fields in the constructor, implement <c>Forward</c>; nothing is registered by hand.
/// <code>
/// class Net : Module&lt;Tensor, Tensor&gt;
/// {
///     private readonly Linear _fc1 = new(784, 128), _fc2 = new(128, 10);
///
///     public override Tensor Forward(Tensor x) =&gt; _fc2.Forward(_fc1.Forward(x).Tanh());
/// }
/// </code>
/// </summary>
/// <remarks>
/// A field counts when it holds a <see cref="Parameter"/>, a module, a list, array, dictionary or tuple of either (or of such containers),
/// or a tensor marked with <see cref="BufferAttribute"/>. Names are those of the fields in snake_case, as PyTorch's: <c>_fc1</c> or
/// <c>Fc1</c> gives <c>fc1.weight</c>; an element adds its position or key: <c>blocks.0.weight</c>. <see cref="NameAttribute"/> gives a
/// field another name, <see cref="Register"/> a parameter one that is known at run time only. Fields of the base class come first, then
/// in the order of declaration. A container in which modules are not found is refused; <see cref="UnregisteredAttribute"/> leaves a field
/// out.
/// </remarks>
[DebuggerDisplay("{Label,nq}")]
[DynamicallyAccessedMembers(ModuleFields.Needed)]
public abstract partial class Module
{
    private string _path = "";
    private ModuleNames? _names;

    private protected Module()
    {
        if (this is not Layer)
        {
            ModulePaths.Add(this);
        }
    }

    /// <summary>True while the module trains (the default): dropout drops, batch normalization uses the batch's own statistics.</summary>
    public bool Training { get; private set; } = true;

    /// <summary>
    /// Where this module stands in its model, such as <c>encoder.layers.0.fc1</c>; empty for a model itself. Known once the model has
    /// listed its modules, which <see cref="Parameters"/>, <c>Train</c>, <c>Eval</c>, <see cref="LoadStateDict"/> and printing do, and an
    /// error of a layer.
    /// </summary>
    public string Path => _path;

    /// <summary>The module as messages name it: its path, its kind and sizes, as in <c>fc1 (Linear 784→512)</c>.</summary>
    protected internal string Label
    {
        get
        {
            string kind = Details.Length == 0 ? Kind : $"{Kind} {Details}";
            return _path.Length == 0 ? kind : $"{_path} ({kind})";
        }
    }

    /// <summary>
    /// The label for an error. A model that never listed its modules (its first call may be the one that fails) has told them no path yet,
    /// or only a part of it has: it is looked for now.
    /// </summary>
    internal string LabelInModel()
    {
        ModulePaths.Find();
        return Label;
    }

    /// <summary>The module's name in print; the name of its type.</summary>
    protected internal virtual string Kind => GetType().Name.Split('`')[0];

    /// <summary>The sizes and options that tell this module from others of its kind, as in <c>784→512</c>; empty by default.</summary>
    protected internal virtual string Details => "";

    /// <summary>The modules that this one holds itself.</summary>
    public IReadOnlyList<Module> Children() => [.. NamedChildren().Select(static c => c.Module)];

    /// <summary>The modules that this one holds itself, by name.</summary>
    public IReadOnlyList<(string Name, Module Module)> NamedChildren()
    {
        List<(string, Module)> children = [];
        foreach (ModuleMember member in Members())
        {
            if (member.Child is { } child)
            {
                children.Add((member.Name, child));
            }
        }

        return children;
    }

    /// <summary>This module and all modules inside it, each once, parents before children.</summary>
    public IReadOnlyList<Module> Modules() => [.. NamedModules().Select(static m => m.Module)];

    /// <summary>This module (whose name is empty) and all modules inside it, each once, with their paths.</summary>
    public IReadOnlyList<(string Name, Module Module)> NamedModules()
    {
        List<(string, Module)> modules = [];
        HashSet<Module> seen = new(ReferenceEqualityComparer.Instance);
        Visit("", static (path, module, state) =>
        {
            bool isNew = state.seen.Add(module);
            if (isNew)
            {
                state.modules.Add((path, module));
            }

            return isNew;
        }, (modules, seen));
        return modules;
    }

    /// <summary>All parameters, of this module and those inside it, each once: what an optimizer trains.</summary>
    public IReadOnlyList<Parameter> Parameters() => [.. NamedParameters().Select(static p => p.Parameter)];

    /// <summary>All parameters, each once, with their names in the state dictionary.</summary>
    public IReadOnlyList<(string Name, Parameter Parameter)> NamedParameters()
    {
        List<(string, Parameter)> parameters = [];
        HashSet<Parameter> seen = new(ReferenceEqualityComparer.Instance);
        foreach ((string path, ModuleMember member) in AllMembers())
        {
            if (member.Parameter is { } parameter && seen.Add(parameter))
            {
                parameters.Add((path, parameter));
            }
        }

        return parameters;
    }

    /// <summary>All buffers, of this module and those inside it, each once.</summary>
    public IReadOnlyList<Tensor> Buffers() => [.. NamedBuffers().Select(static b => b.Buffer)];

    /// <summary>All buffers, each once, with their names in the state dictionary.</summary>
    public IReadOnlyList<(string Name, Tensor Buffer)> NamedBuffers()
    {
        List<(string, Tensor)> buffers = [];
        HashSet<Tensor> seen = new(ReferenceEqualityComparer.Instance);
        foreach ((string path, ModuleMember member) in AllMembers())
        {
            if (member.Buffer is { } buffer && seen.Add(buffer))
            {
                buffers.Add((path, buffer));
            }
        }

        return buffers;
    }

    /// <summary>Clears the gradient of every parameter.</summary>
    public void ZeroGrad()
    {
        foreach (Parameter parameter in Parameters())
        {
            parameter.ZeroGrad();
        }
    }

    /// <summary>
    /// Gives a parameter of this module a name in the state dictionary that a field's would not be, such as one of those whose number the
    /// constructor is told: <c>_weights.Add(Register($"weight_ih_l{layer}", new Parameter(…)))</c>. The parameters so named are listed in
    /// the order of these calls, where the first of them is held, whatever list or field holds them.
    /// </summary>
    /// <param name="name">The name; not empty, without dots.</param>
    /// <param name="parameter">The parameter.</param>
    /// <returns>The parameter.</returns>
    /// <exception cref="ArgumentException">The name is empty, has a dot or is taken, or the parameter already has a name.</exception>
    protected Parameter Register(string name, Parameter parameter)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(parameter);
        (_names ??= new ModuleNames()).Add(this, name, parameter);
        return parameter;
    }

    /// <summary>Called when training mode is switched, for this module alone; <paramref name="training"/> is what it becomes.</summary>
    /// <param name="training">True for training, false for evaluation.</param>
    /// <returns>The mode this module takes; return false always to keep a frozen part in evaluation.</returns>
    protected virtual bool OnModeChange(bool training) => training;

    internal void SetTraining(bool training)
    {
        foreach ((_, Module module) in NamedModules())
        {
            module.Training = module.OnModeChange(training);
        }
    }

    /// <summary>A copy that still holds what this module holds; <see cref="ModuleCopy"/> puts copies in its place.</summary>
    internal Module ShallowCopy()
    {
        Module copy = (Module)MemberwiseClone();
        // It stands in another model, or in another place of this one.
        copy._path = "";
        if (copy is not Layer)
        {
            ModulePaths.Add(copy);
        }

        return copy;
    }

    /// <summary>Called on a copy: whatever it shares with its original but should own takes the copies' place.</summary>
    /// <param name="copy">Knows the copies.</param>
    private protected virtual void DetachCopy(ModuleCopy copy)
    {
        _names = _names?.Copy(copy);
        Hooks = Hooks?.Copy();
        _parametrized = _parametrized is null ? null : copy.Of(_parametrized);
    }

    internal void DetachFromOriginal(ModuleCopy copy) => DetachCopy(copy);

    /// <summary>Puts this module alone back into a mode that it was in.</summary>
    internal void RestoreTraining(bool training) => Training = training;

    internal void ConvertTo(DType dtype)
    {
        if (!dtype.IsFloatingPoint())
        {
            throw new DTypeException($"{Label}: a module has floating-point parameters; it cannot be converted to {dtype.Name()}.");
        }

        using TensorScope.Suspension suspension = TensorScope.Suspend();
        HashSet<Tensor> seen = new(ReferenceEqualityComparer.Instance);
        foreach ((_, ModuleMember member) in AllMembers())
        {
            if (member.Value is Tensor tensor && tensor.DType.IsFloatingPoint() && tensor.DType != dtype && seen.Add(tensor))
            {
                Tensor? gradient = tensor.GradInternal;
                tensor.Grad = null;
                tensor.Replace(tensor.Detach().To(dtype));
                tensor.Grad = gradient?.Detach().To(dtype);
            }
        }

        RefreshParametrized();
    }

    /// <summary>Moves parameters, buffers and gradients; the objects stay the same, so that an optimizer that has them follows.</summary>
    internal void MoveTo(Device device)
    {
        using TensorScope.Suspension suspension = TensorScope.Suspend();
        foreach ((_, ModuleMember member) in AllMembers())
        {
            if (member.Value is Tensor tensor && !ReferenceEquals(tensor.Device, device))
            {
                Tensor? gradient = tensor.GradInternal;
                tensor.Grad = null;
                tensor.MoveTo(device);
                tensor.Grad = gradient?.Detach().To(device);
            }
        }

        RefreshParametrized();
    }

    /// <summary>The members of this module itself, in order.</summary>
    private protected virtual void Collect(List<ModuleMember> members)
    {
        List<(int At, ModuleField Field, object Container)>? containers = null;
        foreach (ModuleField field in ModuleFields.Of(GetType()))
        {
            switch (field.IsSetAside ? null : field.Field.GetValue(this))
            {
                case null:
                    break;
                case Parameter or Module:
                    members.Add(new ModuleMember(field.Key, field.Field.GetValue(this)!));
                    break;
                case Tensor buffer when field.Buffer is not null:
                    // A buffer made inside a scope must outlive it.
                    buffer.LeaveScope();
                    members.Add(new ModuleMember(field.Key, buffer, field.Buffer.Persistent));
                    break;
                case Tensor tensor:
                    ModuleContainers.RequireNoGradient(this, field.Key, tensor);
                    break;
                case { } container:
                    (containers ??= []).Add((members.Count, field, container));
                    break;
            }
        }

        if (containers is not null)
        {
            Insert(containers, members);
        }
    }

    /// <summary>
    /// Puts what containers hold where their fields stand. What other fields and lists hold already has its name from them: a dictionary
    /// or a tuple then only refers to it.
    /// </summary>
    private void Insert(List<(int At, ModuleField Field, object Container)> containers, List<ModuleMember> members)
    {
        List<ModuleMember>[] found = [.. containers.Select(static _ => new List<ModuleMember>())];
        HashSet<object> named = new(members.Select(static member => member.Value), ReferenceEqualityComparer.Instance);
        foreach (int lookups in (int[])[0, 1])
        {
            for (int i = 0; i < found.Length; i++)
            {
                if (ModuleContainers.IsLookup(containers[i].Container) == (lookups == 1))
                {
                    ModuleContainers.Collect(this, containers[i].Field, containers[i].Container, found[i]);
                    if (lookups == 1)
                    {
                        found[i].RemoveAll(member => named.Contains(member.Value));
                    }

                    named.UnionWith(found[i].Select(static member => member.Value));
                }
            }
        }

        // From the last to the first, so that the places of the others stay.
        for (int i = found.Length - 1; i >= 0; i--)
        {
            members.InsertRange(containers[i].At, found[i]);
        }
    }

    /// <summary>The parameters of what is held but does not belong to this module and those inside it.</summary>
    internal IEnumerable<Parameter> ParametersSetAside() =>
        from module in Modules()
        from field in ModuleFields.Of(module.GetType())
        where field.IsSetAside
        from held in field.Field.GetValue(module) switch
        {
            Module other => [other],
            Parameter other => [other],
            IEnumerable<Module> others => others,
            IEnumerable<Parameter> others => others,
            _ => Enumerable.Empty<object>(),
        }
        from parameter in held is Module other ? other.Parameters() : [(Parameter)held]
        select parameter;

    internal List<ModuleMember> Members()
    {
        List<ModuleMember> members = [];
        Collect(members);
        _names?.Apply(members);
        _parametrized?.Apply(members);
        return members;
    }

    /// <summary>
    /// All parameters and buffers with their paths, in PyTorch's order: parameters, then buffers, then those of the children.
    /// </summary>
    private List<(string Path, ModuleMember Member)> AllMembers()
    {
        List<(string, ModuleMember)> all = [];
        Visit("", static (path, module, all) =>
        {
            List<ModuleMember> members = module.Members();
            string prefix = path.Length == 0 ? "" : path + ".";
            all.AddRange(members.Where(static m => m.Parameter is not null).Select(m => (prefix + m.Name, m)));
            all.AddRange(members.Where(static m => m.Buffer is not null).Select(m => (prefix + m.Name, m)));
            return true;
        }, all);
        return all;
    }

    /// <summary>
    /// Visits this module and those inside it, parents first, while the visitor says to go on; on the way tells each its path.
    /// </summary>
    private void Visit<TState>(string path, Func<string, Module, TState, bool> visitor, TState state)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        // Seen from a part of the model, a path is shorter; the whole model's is the one to tell.
        string known = _path;
        while (path.Length > known.Length)
        {
            // Another thread may list the whole model, or a part of it, right now.
            string before = Interlocked.CompareExchange(ref _path, path, known);
            if (ReferenceEquals(before, known))
            {
                break;
            }

            known = before;
        }

        if (!visitor(path, this, state))
        {
            return;
        }

        foreach (ModuleMember member in Members())
        {
            member.Child?.Visit(path.Length == 0 ? member.Name : $"{path}.{member.Name}", visitor, state);
        }
    }
}
