// The default model's bytes: vaecomp_default_model .. vaecomp_default_model_end.
#if defined(__ELF__)
    .section .rodata
#elif defined(__APPLE__)
    .const
#else
    .section .rdata
#endif
    .global vaecomp_default_model
    .global vaecomp_default_model_end
    .balign 16
vaecomp_default_model:
    .incbin VAECOMP_DEFAULT_MODEL
vaecomp_default_model_end:
    .byte 0
#if defined(__ELF__)
    .section .note.GNU-stack, "", %progbits
#endif
